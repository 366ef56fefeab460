import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { seededRandom, systemClock } from "@streamgate/core";
import { type RewriteReport, readSnapshot, rewriteStatement } from "@streamgate/pg-advisor";

export interface NamedStatement {
  readonly name: string;
  readonly sql: string;
}

/** What became of one statement. */
export interface StatementOutcome {
  readonly name: string;
  readonly outcome: "faster" | "withheld" | "declined";
  readonly rules: readonly string[];
  /** Of the median run times; 0 where nothing was timed. */
  readonly speedup: number;
  /** The lower end of its interval. */
  readonly leastSpeedup: number;
  /** Of the fastest calls of each: what another load of the machine disturbs least. */
  readonly speedupOfFastest: number;
  readonly databases: number;
  /** Whether any proof found another result than the original's. */
  readonly isDifferent: boolean;
}

const SMALL_DATABASES = Number(process.env.STREAMGATE_BENCH_DATABASES ?? 10_000);
const TIMING = {
  rounds: 15,
  callsPerRound: 2,
  maxMsPerStatement: 4_000,
  statementTimeoutMs: 120_000,
};

/** Rewrites each statement with both proofs, on the database itself as the lab. */
export async function measureStatements(
  input: {
    readonly url: string;
    readonly statements: readonly NamedStatement[];
    readonly folder: string;
  },
  tell: (line: string) => void,
): Promise<readonly StatementOutcome[]> {
  const snapshot = await readSnapshot(input.url, { needsStatements: false });
  const outcomes: StatementOutcome[] = [];
  await mkdir(input.folder, { recursive: true, mode: 0o755 });
  for (const [index, { name, sql }] of input.statements.entries()) {
    const folder = join(input.folder, String(index));
    await mkdir(folder, { mode: 0o755 });
    const report = await rewriteStatement({
      source: input.url,
      snapshot,
      text: sql,
      context: {
        clock: systemClock,
        random: seededRandom(index + 1),
        signal: new AbortController().signal,
        onProgress: () => undefined,
      },
      proof: {
        folder,
        sharedFolder: join("/tmp", "streamgate-test-shared"),
        lab: input.url,
        differential: { databases: SMALL_DATABASES },
        timing: TIMING,
      },
    });
    const outcome = outcomeOf(name, report);
    outcomes.push(outcome);
    tell(lineOf(outcome, report));
  }
  return outcomes;
}

function outcomeOf(name: string, { rewrite, withheld }: RewriteReport): StatementOutcome {
  const all = [...(rewrite === null ? [] : [rewrite]), ...withheld];
  const databases = all.reduce(
    (sum, { differential }) =>
      sum + (differential?.outcome === "equal" ? differential.databases : 0),
    0,
  );
  const isDifferent = all.some(
    ({ differential, timed }) =>
      differential?.outcome === "different" ||
      (timed?.outcome === "timed" && timed.verdict === "different"),
  );
  const timed = rewrite?.timed?.outcome === "timed" ? rewrite.timed : null;
  return {
    name,
    outcome: rewrite !== null ? "faster" : withheld.length > 0 ? "withheld" : "declined",
    rules: rewrite?.proposal.steps.map(({ rule }) => rule) ?? [],
    speedup: timed?.speedup.point ?? 0,
    leastSpeedup: timed?.speedup.low ?? 0,
    speedupOfFastest: timed === null ? 0 : Math.min(...timed.beforeMs) / Math.min(...timed.afterMs),
    databases,
    isDifferent,
  };
}

function lineOf(outcome: StatementOutcome, { withheld, declined }: RewriteReport): string {
  const { name, rules, speedup, leastSpeedup, speedupOfFastest } = outcome;
  if (outcome.outcome === "faster") {
    return `${name}: ${speedup.toFixed(1)}× (at least ${leastSpeedup.toFixed(1)}; fastest calls ${speedupOfFastest.toFixed(1)}) by ${rules.join(" + ")}`;
  }
  const [first] = withheld;
  if (first !== undefined) {
    const { timed, differential, proposal } = first;
    const told =
      timed?.outcome === "timed"
        ? `${timed.verdict}, ${timed.speedup.point.toFixed(2)}×`
        : differential?.outcome === "not run"
          ? differential.because
          : (differential?.outcome ?? timed?.because ?? "");
    return `${name}: withheld: ${proposal.steps.map(({ rule }) => rule).join(" + ")}: ${told}`;
  }
  return `${name}: declined: ${declined[0]?.because ?? ""}`;
}
