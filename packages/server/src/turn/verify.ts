import { type Finding, messageOf } from "@streamgate/core";
import type {
  RelationName,
  StatementWindow,
  VerifyRequest,
  Workload,
} from "@streamgate/pg-advisor";
import type { Diagnosis } from "./diagnose.ts";
import { revertStanding } from "./revert-standing.ts";
import type { Turn } from "./turn-context.ts";
import { uniqueRelations } from "./unique-relations.ts";

const WINDOW_MS = 2_000;
const LEAST_WINDOWS = 4;
const MOST_WINDOWS = 12;

/** Watches production as it is before the applies. */
export function watchBefore(turn: Turn): Promise<readonly StatementWindow[]> {
  const { verifyMs, longestBeforeMs } = turn.options;
  return watch(turn, Math.min(verifyMs, longestBeforeMs));
}

/**
 * Watches production after the applies, all fixes in the same windows, and judges each. One that
 * did harm is taken back at once.
 */
export async function verify(
  turn: Turn,
  standing: readonly Finding[],
  { workload }: Diagnosis,
  before: readonly StatementWindow[],
): Promise<void> {
  const after = await watchAfter(turn);
  const tables = await changedTables(turn, standing, workload);
  for (const finding of standing) {
    await judge(turn, { finding, workload, before, after, tables });
  }
  // An abort ends the watching early: what was seen by then is judged, and the turn ends here.
  turn.context.signal.throwIfAborted();
}

/** Watches production as it is now. */
export function watchAfter(turn: Turn): Promise<readonly StatementWindow[]> {
  return watch(turn, turn.options.verifyMs);
}

/** Judges one fix by what production said, and takes it back where it did harm. */
export async function judge(turn: Turn, seen: Omit<VerifyRequest, "random">): Promise<void> {
  const { finding } = seen;
  const verification = turn.instruments.verifyFix({ ...seen, random: turn.context.random });
  await turn.store.recordVerification(turn.run, turn.target, finding.id, verification);
  turn.tell({ kind: "verification", finding: finding.id, verification });
  if (verification.verdict === "harmful") {
    await revert(turn, finding, `production got worse: ${verification.explanation}`);
  }
}

/** The tables that any of the fixes changes: statements on the others are the control of all. */
export async function changedTables(
  turn: Turn,
  standing: readonly Finding[],
  workload: Workload,
): Promise<readonly RelationName[]> {
  const tables = await Promise.all(
    standing.map(async (finding) =>
      finding.fix === undefined ? [] : turn.instruments.fixTables(finding.fix, finding, workload),
    ),
  );
  return uniqueRelations(tables.flat());
}

function watch(turn: Turn, totalMs: number): Promise<readonly StatementWindow[]> {
  const { instruments, context, options } = turn;
  return instruments.observeWindows({
    connectionString: options.connectionString,
    totalMs,
    windows: options.verifyWindows ?? windowsIn(totalMs),
    context,
  });
}

/** Windows of two seconds and more; of a short time at least as many as a judgement needs. */
function windowsIn(totalMs: number): number {
  return Math.min(MOST_WINDOWS, Math.max(LEAST_WINDOWS, Math.floor(totalMs / WINDOW_MS)));
}

/** Takes a fix back and says so; a revert that fails is told, for a person must know. */
async function revert(turn: Turn, finding: Finding, reason: string): Promise<void> {
  const { store, instruments, context, options, run, target } = turn;
  const { id, fix } = finding;
  if (fix === undefined) return;
  const { connectionString } = options;
  try {
    const application = await revertStanding(
      { run, target, finding: id, fix, connectionString, reason },
      store,
      instruments,
      context,
    );
    turn.tell({ kind: "reversion", finding: id, application, reason });
  } catch (error) {
    turn.tell({ kind: "revert failed", finding: id, reason: messageOf(error) });
    context.signal.throwIfAborted();
  }
}
