import { seededRandom, type Verification } from "@streamgate/core";
import { identifyStatement, type StatementWindow } from "@streamgate/pg-advisor";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareStatements } from "../../src/indexes/effect/compare-statements.ts";
import {
  keepStatementSearches,
  maySearchBy,
} from "../../src/indexes/effect/concerned-statements.ts";
import { effectSpans } from "../../src/indexes/effect/effect-span.ts";
import { type EffectGrounds, judgeEffect } from "../../src/indexes/effect/judge-effect.ts";
import { statementWindows } from "../../src/indexes/effect/statement-windows.ts";
import { aPortrait } from "../support/index-readings.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

describe("the stretches that are compared", () => {
  const change = { notBeforeMs: 10 * DAY_MS + 3 * MINUTE_MS, atMs: 10 * DAY_MS + 8 * MINUTE_MS };

  it("are none before four windows have passed", () => {
    expect(effectSpans(change, change.atMs + 3 * MINUTE_MS)).toBeNull();
    expect(effectSpans(change, change.atMs + 5 * MINUTE_MS)?.stepMs).toBe(MINUTE_MS);
  });

  it("are a day by the hour in the end, however long ago it was", () => {
    const soon = effectSpans(change, change.atMs + 3 * DAY_MS);
    expect(soon).toEqual(effectSpans(change, change.atMs + 30 * DAY_MS));
    expect(soon).toEqual({
      stepMs: HOUR_MS,
      before: { fromMs: 9 * DAY_MS, toMs: 10 * DAY_MS },
      after: { fromMs: 10 * DAY_MS + HOUR_MS, toMs: 11 * DAY_MS + HOUR_MS },
    });
  });

  it("are there from then on: what could be compared once, can be compared later", () => {
    const lengths = fc.integer({ min: 0, max: 2 * DAY_MS });
    fc.assert(
      fc.property(
        fc.integer({ min: DAY_MS, max: 2 * DAY_MS }),
        lengths,
        lengths,
        (at, one, other) => {
          const some = { notBeforeMs: at - 5 * MINUTE_MS, atMs: at };
          if (effectSpans(some, at + Math.min(one, other)) === null) return;
          expect(effectSpans(some, at + Math.max(one, other))).not.toBeNull();
        },
      ),
    );
  });

  it("are of one length, at whole windows, and leave out when it was made", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 10 * DAY_MS }),
        fc.integer({ min: 0, max: HOUR_MS }),
        fc.integer({ min: 0, max: 3 * DAY_MS }),
        (at, length, stands) => {
          const some = { notBeforeMs: at + 2 * DAY_MS - length, atMs: at + 2 * DAY_MS };
          const spans = effectSpans(some, some.atMs + stands);
          if (spans === null) return;
          const { before, after, stepMs } = spans;
          expect(after.toMs - after.fromMs).toBe(before.toMs - before.fromMs);
          expect((after.toMs - after.fromMs) / stepMs).toBeGreaterThanOrEqual(4);
          expect(before.toMs % stepMs).toBe(0);
          expect(before.toMs).toBeLessThanOrEqual(some.notBeforeMs);
          expect(after.fromMs).toBeGreaterThanOrEqual(some.atMs);
          expect(after.toMs).toBeLessThanOrEqual(some.atMs + stands);
        },
      ),
    );
  });
});

describe("the statements that an index may serve", () => {
  const searchesOf = keepStatementSearches();
  const isServed = (text: string, columns: readonly string[] = ["owner", "at"]): boolean => {
    const [statement] = searchesOf([{ fingerprint: "f", text }]);
    if (statement === undefined) throw new Error("the statement was not read");
    return maySearchBy(statement, aPortrait({ columns }));
  };

  it.each([
    "select * from songs where owner = $1",
    "select * from public.songs s join users u on u.id = s.owner",
    "select owner, count(*) from songs group by owner",
    "select * from songs order by owner limit $1",
    "update songs set plays = $1 where owner = $2",
    "select $1 union all select id from songs where owner = $2",
  ])("search by what leads it: %s", (text) => {
    expect(isServed(text)).toBe(true);
  });

  it.each([
    "select owner from songs where title = $1",
    "select * from songs where at > $1",
    "select * from users where owner = $1",
    "select * from old.songs where owner = $1",
    "insert into songs (owner) select owner from songs where owner = $1",
    "update songs set owner = $1 where id = $2",
  ])("are none that does not: %s", (text) => {
    expect(isServed(text)).toBe(false);
  });
});

describe("windows of statements", () => {
  const group = (labels: Record<string, string>, ...values: readonly (number | undefined)[]) => ({
    labels,
    series: 1,
    steps: values.map((increase) =>
      increase === undefined ? undefined : { kind: "counter" as const, increase, spanMs: 1_000 },
    ),
  });

  it("are those in which the database was read, whether or not anything ran", () => {
    const windows = statementWindows({
      span: { fromMs: 0, toMs: 3 * MINUTE_MS },
      stepMs: MINUTE_MS,
      calls: [group({ fingerprint: "f" }, 10, undefined, undefined)],
      seconds: [group({ fingerprint: "f" }, 0.5, undefined, undefined)],
      read: [group({}, 12, 0, undefined)],
    });
    expect(windows.map(({ from }) => from)).toEqual([
      "1970-01-01T00:00:00.000Z",
      "1970-01-01T00:01:00.000Z",
    ]);
    expect(windows[0]?.counters).toMatchObject([
      { queryId: "f", calls: 10, totalMs: 500, meanMs: 50 },
    ]);
    expect(windows[1]?.counters).toEqual([]);
  });
});

const TEXTS = {
  target: "select * from songs where owner = $1",
  reader: "select * from songs where title = $1",
  writer: "insert into songs (owner) values ($1)",
  control: "select * from users where id = $1",
} as const;
type Role = keyof typeof TEXTS;
const ROLES = Object.keys(TEXTS) as Role[];
const printOf = (role: Role): string => identifyStatement(TEXTS[role]).fingerprint;

/** Windows in which each statement takes so long a call, give or take a hundredth. */
function windowsOf(meansMs: Partial<Record<Role, number>>, count = 8): readonly StatementWindow[] {
  return Array.from({ length: count }, (_, at) => ({
    from: new Date(at * MINUTE_MS).toISOString(),
    to: new Date((at + 1) * MINUTE_MS).toISOString(),
    durationMs: MINUTE_MS,
    warnings: [],
    counters: ROLES.flatMap((role) => {
      const meanMs = meansMs[role];
      if (meanMs === undefined) return [];
      const totalMs = 100 * meanMs * (1 + (at % 3) / 100);
      return [{ queryId: printOf(role), calls: 100, totalMs }];
    }),
  })) as unknown as readonly StatementWindow[];
}

function compare(
  before: Partial<Record<Role, number>>,
  after: Partial<Record<Role, number>>,
  change: Partial<Parameters<typeof compareStatements>[0]> = {},
) {
  return compareStatements({
    portrait: aPortrait(),
    statements: keepStatementSearches()(
      ROLES.map((role) => ({ fingerprint: printOf(role), text: TEXTS[role] })),
    ),
    advisedFor: null,
    before: windowsOf(before),
    after: windowsOf(after),
    changedTables: [],
    random: seededRandom(1),
    ...change,
  });
}

const QUIET = { target: 20, reader: 5, writer: 1, control: 3 };

describe("what came of an index", () => {
  it("is verified where those that search by it became faster, and the others did not", () => {
    const { targets, verification } = compare(QUIET, { ...QUIET, target: 1 });
    expect(targets).toBe(1);
    expect(verification).toMatchObject({ verdict: "verified", control: { statements: 1 } });
    const [first] = verification?.statements ?? [];
    expect(first?.role).toBe("target");
    expect(first?.speedup.low).toBeGreaterThan(15);
  });

  it("is nothing where the whole machine became faster by as much", () => {
    const after = { target: 10, reader: 2.5, writer: 0.5, control: 1.5 };
    expect(compare(QUIET, after).verification?.verdict).toBe("no change");
  });

  it("is harm where writers lose more than is gained", () => {
    const { verification } = compare(QUIET, { ...QUIET, target: 19.5, writer: 6 });
    expect(verification).toMatchObject({ verdict: "harmful" });
  });

  it("is looked for among the statements that it was advised for, where it was advised", () => {
    const advisedFor = new Set([printOf("reader")]);
    const { verification } = compare(QUIET, { ...QUIET, reader: 1 }, { advisedFor });
    expect(verification?.statements.find(({ role }) => role === "target")?.fingerprint).toBe(
      printOf("reader"),
    );
  });

  it("is not judged by a table on which another index came at the same time", () => {
    const users = { schema: "public", name: "users" };
    const { verification } = compare(QUIET, QUIET, { changedTables: [users] });
    expect(verification?.control.statements).toBe(0);
  });

  it("is not known where nothing that ran searches by it", () => {
    const { target: _, ...others } = QUIET;
    expect(compare(others, others)).toEqual({ targets: 0, verification: null });
  });

  it("is the same for the same figures", () => {
    const once = compare(QUIET, { ...QUIET, target: 12 });
    expect(compare(QUIET, { ...QUIET, target: 12 })).toEqual(once);
  });
});

describe("the verdict on an index", () => {
  const verificationOf = (verdict: Verification["verdict"]): Verification => ({
    verdict,
    explanation: "In figures.",
    before: { from: "", to: "", windows: 8 },
    after: { from: "", to: "", windows: 8 },
    statements: [],
    targetMsPerHour: { before: 0, after: 0 },
    control: { statements: 1, drift: { point: 1, low: 1, high: 1, confidence: 0.95 } },
  });
  const judged = (change: Partial<EffectGrounds>) =>
    judgeEffect({
      change: "came",
      isValid: true,
      isBeingBuilt: false,
      hasDuty: false,
      scans: { count: 40, watchedMs: DAY_MS },
      verification: verificationOf("verified"),
      whyNot: null,
      isEarly: false,
      expectedMsPerHour: null,
      ...change,
    });

  it.each([
    ["verified", "effective"],
    ["no change", "no change"],
    ["harmful", "harmful"],
  ] as const)("is verified where windows say %s: %s", (verdict, word) => {
    const judgement = judged({ verification: verificationOf(verdict) });
    expect(judgement).toEqual({ verdict: word, rung: "verified", explanation: "In figures." });
  });

  it("is measured at the most where windows cannot tell, and says why", () => {
    expect(judged({ verification: verificationOf("inconclusive") })).toEqual({
      verdict: "cannot tell",
      rung: "measured",
      explanation: "In figures. It was scanned 40 times in 24 h.",
    });
  });

  it("does not give an index that nobody scanned the honour of a gain", () => {
    const idle = { scans: { count: 0, watchedMs: DAY_MS } };
    expect(judged(idle)).toMatchObject({ verdict: "not used", rung: "measured" });
    expect(judged(idle).explanation).toContain("but not by it");
    const early = judged({ scans: { count: 0, watchedMs: 10 * MINUTE_MS } });
    expect(early).toMatchObject({ verdict: "cannot tell", rung: "measured" });
  });

  it("names what else an index is for that is not scanned", () => {
    const { explanation } = judged({ hasDuty: true, scans: { count: 0, watchedMs: DAY_MS } });
    expect(explanation).toContain("keeps rows unique");
  });

  it("is invalid before anything else, unless its build goes on", () => {
    expect(judged({ isValid: false }).verdict).toBe("invalid");
    expect(judged({ isValid: false, isBeingBuilt: true }).verdict).toBe("too early");
  });

  it("is an expectation as long as nothing was counted", () => {
    const judgement = judged({
      verification: null,
      scans: null,
      whyNot: "It is too early.",
      isEarly: true,
      expectedMsPerHour: 90_000,
    });
    expect(judgement).toEqual({
      verdict: "too early",
      rung: "estimated",
      explanation: "It is too early. Expected was a gain of 1.5 min an hour.",
    });
  });

  it("cannot be told, however long one waits, where nothing was counted before", () => {
    const whyNot = "The statements were not counted before it.";
    expect(judged({ verification: null, whyNot })).toEqual({
      verdict: "cannot tell",
      rung: "measured",
      explanation: `${whyNot} It was scanned 40 times in 24 h.`,
    });
  });

  it("on one that went is well where nothing became slower", () => {
    const gone = { change: "went", verification: verificationOf("no change") } as const;
    expect(judged(gone)).toMatchObject({ verdict: "no change", rung: "verified" });
    expect(judged(gone).explanation).toContain("Nothing became slower without it");
    const harmed = judged({ change: "went", verification: verificationOf("harmful") });
    expect(harmed).toMatchObject({ verdict: "harmful", rung: "verified" });
  });
});
