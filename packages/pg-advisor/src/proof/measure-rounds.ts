import type { Random } from "@streamgate/core";
import type { RunContext } from "../context.ts";
import type { Round } from "./bootstrap.ts";
import type { ResolvedProofOptions } from "./options.ts";
import { planSchedule, type Schedule } from "./schedule.ts";
import { type LabSession, sqlStateOf } from "./session.ts";
import type { PreparedStatement, SideBySide } from "./side-by-side.ts";
import type { Version } from "./toggle.ts";
import type { Versions } from "./versions.ts";

/** A statement that can be run, with what the look at both versions told. */
export interface TimedStatement {
  readonly prepared: PreparedStatement;
  readonly seen: SideBySide;
}

const CANCELLED = "57014";
const VERSIONS = ["before", "after"] as const;
/** Rounds that are run even when the time of the whole proof is over. */
const LEAST_ROUNDS = 5;

/**
 * Times all statements in rounds: each round measures both versions, in random order, every
 * statement with the same parameters in both. The clock is read around the whole call, as its
 * caller would: sent, planned, executed, every row fetched.
 *
 * @returns the rounds of every statement, in the order of `statements`
 */
export async function measureRounds(
  session: LabSession,
  versions: Versions,
  statements: readonly TimedStatement[],
  options: ResolvedProofOptions,
  random: Random,
  context: RunContext,
): Promise<readonly (readonly Round[])[]> {
  const runs = statements.map((timed) => startRun(timed, options));
  const total = Math.max(0, ...runs.map((run) => run.schedule.rounds));
  const deadlineMs = context.clock.monotonicMs() + options.maxTotalMs;
  for (let round = 0; round < total; round += 1) {
    if (round >= LEAST_ROUNDS && context.clock.monotonicMs() > deadlineMs) break;
    context.onProgress({ activity: "measuring both versions", done: round, total, unit: "rounds" });
    const active = runs.filter((run) => round < run.schedule.rounds);
    for (const run of active) run.rounds.push({ before: [], after: [] });
    for (const version of random.shuffle(VERSIONS)) {
      await versions.inside(version, async () => {
        for (const run of random.shuffle(active)) {
          if (!run.skips.has(version)) await measureOnce(session, run, version, round, options);
        }
      });
    }
  }
  return runs.map((run) => run.rounds);
}

interface Run {
  readonly statement: PreparedStatement;
  readonly schedule: Schedule;
  readonly rounds: { readonly before: number[]; readonly after: number[] }[];
  /** Versions that ran into the time-out once; they are not made to do so again. */
  readonly skips: ReadonlySet<Version>;
}

function startRun({ prepared, seen }: TimedStatement, options: ResolvedProofOptions): Run {
  const skips = new Set(VERSIONS.filter((version) => seen.timedOut[version]));
  const callMs = VERSIONS.filter((version) => !skips.has(version)).reduce(
    (sum, version) => sum + seen.firstMs[version],
    0,
  );
  const run: Run = {
    statement: prepared,
    schedule: planSchedule(callMs, options),
    rounds: [],
    skips,
  };
  if (skips.size > 0) {
    const atTimeout = (version: Version): number[] =>
      skips.has(version) ? [options.statementTimeoutMs] : [];
    run.rounds.push({ before: atTimeout("before"), after: atTimeout("after") });
  }
  return run;
}

async function measureOnce(
  session: LabSession,
  run: Run,
  version: Version,
  round: number,
  options: ResolvedProofOptions,
): Promise<void> {
  const { statement, schedule } = run;
  const { text, kind } = statement.statement;
  const calls = run.rounds.at(-1)?.[version];
  const valuesOf = (call: number): readonly (string | null)[] =>
    statement.samples[(round * schedule.callsPerRound + call) % statement.samples.length] ?? [];
  await session.execute("savepoint statement");
  try {
    await session.run(schedule.warmUp === "call" ? text : `explain ${text}`, valuesOf(0));
    for (let call = 0; call < schedule.callsPerRound; call += 1) {
      if (kind !== "select") await session.execute("rollback to savepoint statement");
      const { ms } = await session.run(text, valuesOf(call));
      calls?.push(ms);
    }
  } catch (error) {
    if (sqlStateOf(error) !== CANCELLED) throw error;
    calls?.push(options.statementTimeoutMs);
  } finally {
    await session.execute("rollback to savepoint statement").catch(() => undefined);
  }
}
