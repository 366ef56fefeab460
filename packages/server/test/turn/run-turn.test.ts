import { type Finding, type Proof, seededRandom, systemClock } from "@streamgate/core";
import type { Application, Snapshot } from "@streamgate/pg-advisor";
import { describe, expect, test } from "vitest";
import type { Store } from "../../src/store/store.ts";
import type { TurnEvent } from "../../src/turn/events.ts";
import type { Instruments } from "../../src/turn/instruments.ts";
import { runTurn } from "../../src/turn/run-turn.ts";
import type { TurnOptions } from "../../src/turn/turn-options.ts";
import { aFinding, aFix, aProof, aVerification } from "../support/findings.ts";
import { recordingStore } from "../support/recording-store.ts";

const APPLICATION: Application = {
  appliedAt: "2026-01-01T00:00:00.000Z",
  durationMs: 5,
  steps: [],
};
const FIRST = aFinding({ id: "first", fix: aFix("first") });
const SECOND = aFinding({ id: "second", fix: aFix("second"), savedMsPerHour: 10 });

const SNAPSHOT = {
  takenAt: "2026-01-01T00:10:00.000Z",
  server: {
    startedAt: "2026-01-01T00:00:00.000Z",
    database: "shop",
    host: "db",
    port: 5432,
    version: "18.4",
  },
  statements: [],
  statementsSince: "2026-01-01T00:00:00.000Z",
  relations: [],
  extensions: [],
  indexes: [],
  warnings: ["a warning"],
} as unknown as Snapshot;

const WORKLOAD = {
  window: {
    source: "counters since reset",
    from: null,
    to: "2026-01-01T00:10:00.000Z",
    durationMs: 600_000,
  },
  statements: [],
  declined: [],
};

/** Instruments that note what is asked of them, in order, and do nothing. */
function instrumentsThat(change: Partial<Instruments>, calls: string[] = []): Instruments {
  const description = { tables: [] };
  const server = {
    serverPid: 1,
    skipped: [],
    description,
    close: async () => void calls.push("server closed"),
  };
  const quiet: Partial<Record<keyof Instruments, unknown>> = {
    readSnapshot: async () => SNAPSHOT,
    createTwin: async () => {
      calls.push("twin");
      return server;
    },
    besideTwin: (twin: unknown) => twin,
    buildWorkload: async () => WORKLOAD,
    generateCandidates: () => ({ candidates: [], declined: [] }),
    chooseIndexes: async () => ({ chosen: [], declined: [] }),
    adviseIndexes: () => ({ findings: [FIRST, SECOND], declined: [] }),
    adviseCaching: () => [],
    adviseRewrites: async () => ({ findings: [], declined: [] }),
    adviseSummaries: async () => ({ findings: [], declined: [] }),
    adviseStatistics: async () => ({ findings: [], declined: [] }),
    observeIndexes: async () => ({ indexes: [], takenAt: "2026-01-01T00:00:00.000Z" }),
    measureBloat: async () => [],
    adviseStatements: async () => [],
    adviseDrops: async () => ({ findings: [], declined: [], verdicts: [] }),
    tablesForProof: () => [],
    createLabCopy: async () => {
      calls.push("lab");
      return server;
    },
    proveFinding: async () => aProof(),
    proveSet: async (input: { readonly findings: readonly Finding[] }) => ({
      kept: input.findings.map(({ id }) => id),
      members: [],
      whole: aProof(),
    }),
    applyFix: async () => APPLICATION,
    revertFix: async () => {
      calls.push("revert");
      return APPLICATION;
    },
    observeWindows: async () => {
      calls.push("watch");
      return [];
    },
    fixTables: async () => [],
    verifyFix: () => aVerification(),
  };
  return { ...quiet, ...change } as unknown as Instruments;
}

async function turnWith(
  instruments: Instruments,
  options: Partial<TurnOptions> = {},
  more: { store?: Store; signal?: AbortSignal; confirm?: (finding: Finding) => boolean } = {},
): Promise<{ report: Awaited<ReturnType<typeof runTurn>>; events: TurnEvent[] }> {
  const events: TurnEvent[] = [];
  const report = await runTurn(
    {
      connectionString: "postgresql://me:s3cret@db/shop",
      goal: "verify",
      folder: "/nowhere",
      sharedFolder: "/nowhere",
      verifyMs: 1_000,
      ...options,
    },
    more.store ?? recordingStore().store,
    {
      clock: systemClock,
      random: seededRandom(1),
      signal: more.signal ?? new AbortController().signal,
      instruments,
      confirm: async (finding: Finding, _proof: Proof | null) => more.confirm?.(finding) ?? true,
    },
    (event) => events.push(event),
  );
  return { report, events };
}

const statesOf = (report: { findings: readonly { state: string }[] }): readonly string[] =>
  report.findings.map(({ state }) => state);

describe("a turn of the loop", () => {
  test("goes through all stages and ends with verified findings", async () => {
    const { report } = await turnWith(instrumentsThat({}));
    expect(statesOf(report)).toEqual(["verified", "verified"]);
    expect(report.stages.map(({ status }) => status)).toEqual([
      "done",
      "done",
      "done",
      "done",
      "done",
    ]);
    expect(report.warnings).toEqual(["a warning"]);
  });

  test("does not apply what adds nothing to the other fixes, though it was proven alone", async () => {
    const proof = aProof({ verdict: "not proven", explanation: "It adds nothing." });
    const { store, calls } = recordingStore();
    const { report, events } = await turnWith(
      instrumentsThat({
        proveSet: async ({ findings: [first, second] }) => ({
          kept: [first?.id ?? ""],
          members: [{ finding: second?.id ?? "", proof, isKept: false }],
          whole: null,
        }),
      }),
      {},
      { store },
    );
    expect(statesOf(report)).toEqual(["verified", "not proven"]);
    expect(report.set?.members).toHaveLength(1);
    expect(events.filter(({ kind }) => kind === "set proof")).toHaveLength(1);
    expect(calls.filter((call) => call.startsWith("begin apply"))).toHaveLength(1);
  });

  test("tells how many statements HypoPG planned in the twin's place", async () => {
    const statement = { plannedBy: "hypopg", calls: 1, totalMs: 1 };
    const { report } = await turnWith(
      instrumentsThat({
        buildWorkload: async () => ({ ...WORKLOAD, statements: [statement] }) as never,
      }),
      { goal: "diagnose" },
    );
    expect(report.warnings.join()).toContain("plans 1 statement that the twin cannot carry");
  });

  test("proves another way of asking beside the proven fixes of its statement, and applies none", async () => {
    const { fix: _, ...asked } = aFinding({ id: "asked otherwise" });
    const replacement = { kind: "rewriting", fingerprint: "f1", text: "select 1" } as const;
    const beside: string[][] = [];
    const { store, calls } = recordingStore();
    const { report } = await turnWith(
      instrumentsThat({
        adviseRewrites: async () => ({
          findings: [{ ...asked, replacement }],
          declined: [],
        }),
        proveFinding: async ({ finding }) =>
          aProof({ verdict: finding.id === "first" ? "proven" : "not proven" }),
        proveReplacement: async (input) => {
          beside.push((input.beside ?? []).map(({ id }) => id));
          return aProof();
        },
      }),
      {},
      { store },
    );
    expect(beside).toEqual([["first"]]);
    expect(report.findings.map(({ finding, state }) => [finding.id, state])).toEqual([
      ["first", "verified"],
      ["second", "not proven"],
      ["asked otherwise", "proven"],
    ]);
    expect(calls.filter((call) => call.startsWith("begin apply"))).toEqual(["begin apply first"]);
  });

  test("keeps the proofs of each alone where they cannot be measured together", async () => {
    const { report } = await turnWith(
      instrumentsThat({
        proveSet: async () => {
          throw new Error("the lab is gone");
        },
      }),
    );
    expect(statesOf(report)).toEqual(["verified", "verified"]);
    expect(report.warnings.at(-1)).toBe("The fixes were not measured together: the lab is gone");
  });

  test("stops where its goal ends", async () => {
    const { report } = await turnWith(instrumentsThat({}), { goal: "diagnose" });
    expect(statesOf(report)).toEqual(["found", "found"]);
    expect(report.stages.map(({ status }) => status)).toEqual([
      "done",
      "done",
      "left out",
      "left out",
      "left out",
    ]);
  });

  test("closes the twin before the lab opens, and watches before it applies", async () => {
    const calls: string[] = [];
    const { store, calls: stored } = recordingStore(calls);
    await turnWith(instrumentsThat({}, calls), {}, { store });
    const order = ["twin", "server closed", "lab", "server closed", "watch", "begin apply first"];
    expect(calls.filter((call) => order.includes(call)).slice(0, 6)).toEqual(order);
    expect(stored.indexOf("begin apply first")).toBeLessThan(
      stored.indexOf("end apply first applied"),
    );
  });

  test("one proof that fails does not stop the others, and its fix is not applied", async () => {
    const instruments = instrumentsThat({
      proveFinding: async ({ finding }) => {
        if (finding.id === "first") throw new Error("the lab ran out of disk");
        return aProof();
      },
    });
    const { report } = await turnWith(instruments);
    expect(statesOf(report)).toEqual(["found", "verified"]);
    expect(report.findings[0]).toMatchObject({
      proofFailure: "the lab ran out of disk",
      notApplied: "it has no proof",
      application: null,
    });
  });

  test("what is not proven is applied only when that was asked for", async () => {
    const unproven = instrumentsThat({
      proveFinding: async () => aProof({ verdict: "not proven" }),
    });
    const refused = await turnWith(unproven, { goal: "apply" });
    expect(statesOf(refused.report)).toEqual(["not proven", "not proven"]);
    const allowed = await turnWith(unproven, { goal: "apply", allowsUnproven: true });
    expect(statesOf(allowed.report)).toEqual(["applied", "applied"]);
  });

  test("what did harm in the lab is never applied", async () => {
    const harmful = instrumentsThat({ proveFinding: async () => aProof({ verdict: "harmful" }) });
    const { report } = await turnWith(harmful, { allowsUnproven: true });
    expect(statesOf(report)).toEqual(["harmful in the lab", "harmful in the lab"]);
  });

  test("a person who says no is obeyed, and nothing is watched for nothing", async () => {
    const calls: string[] = [];
    const { report } = await turnWith(instrumentsThat({}, calls), {}, { confirm: () => false });
    expect(statesOf(report)).toEqual(["proven", "proven"]);
    expect(report.findings[0]?.notApplied).toBe("you said no");
    expect(calls).not.toContain("watch");
  });

  test("several fixes are verified in the same two windows", async () => {
    const calls: string[] = [];
    await turnWith(instrumentsThat({}, calls));
    expect(calls.filter((call) => call === "watch")).toHaveLength(2);
  });

  test("a fix that made production worse is taken back, the others stay", async () => {
    const calls: string[] = [];
    const instruments = instrumentsThat(
      {
        verifyFix: ({ finding }) =>
          finding.id === "first"
            ? aVerification({ verdict: "harmful", explanation: "twice as slow" })
            : aVerification(),
      },
      calls,
    );
    const { report } = await turnWith(instruments);
    expect(statesOf(report)).toEqual(["reverted", "verified"]);
    expect(calls.filter((call) => call === "revert")).toHaveLength(1);
    expect(report.findings[0]?.reversion?.reason).toContain("twice as slow");
  });

  test("an apply that fails leaves the finding found, and the others are applied", async () => {
    const instruments = instrumentsThat({
      applyFix: async ({ fix }) => {
        if (fix.summary.includes("first")) throw new Error("disk full");
        return APPLICATION;
      },
    });
    const { report } = await turnWith(instruments);
    expect(statesOf(report)).toEqual(["found", "verified"]);
    expect(report.findings[0]?.notApplied).toBe("disk full");
  });

  test("an abort ends it, closes what is open, and is noted", async () => {
    const calls: string[] = [];
    const controller = new AbortController();
    const { store, calls: stored } = recordingStore();
    const instruments = instrumentsThat(
      {
        proveFinding: async () => {
          controller.abort(new Error("enough"));
          throw controller.signal.reason;
        },
      },
      calls,
    );
    const { signal } = controller;
    await expect(turnWith(instruments, {}, { store, signal })).rejects.toThrow("enough");
    expect(calls.filter((call) => call === "server closed")).toHaveLength(2);
    expect(stored.at(-1)).toBe("end run interrupted");
  });

  test("an error ends it, is told without a password, and is noted", async () => {
    const { store, calls, reports } = recordingStore();
    const instruments = instrumentsThat({
      readSnapshot: async () => {
        throw new Error("no answer from postgresql://me:s3cret@db/shop");
      },
    });
    await expect(turnWith(instruments, {}, { store })).rejects.toThrow("no answer");
    expect(calls.at(-1)).toBe("end run failed");
    expect(JSON.stringify(reports)).not.toContain("s3cret");
  });
});
