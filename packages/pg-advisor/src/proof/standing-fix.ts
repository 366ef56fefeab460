import type { RunContext } from "../context.ts";
import { labNotPermitted } from "../lab/errors.ts";
import { fixFailedOnLab, fixLeftOnLab } from "./errors.ts";
import { type LabIndex, listIndexes } from "./lab-indexes.ts";
import { type LabSession, openLabSession, sqlStateOf } from "./session.ts";
import type { Toggle } from "./toggle.ts";
import { finallyRun, findWorkingOrder, type Versions } from "./versions.ts";

/** What the fix is on the lab. */
export interface FixOnLab {
  readonly created: readonly LabIndex[];
  readonly dropped: readonly LabIndex[];
  /** Disk space that the fix takes; negative where it frees some. */
  readonly sizeBytes: number;
}

const NOT_PERMITTED = "42501";
/** An index or object of that name stood there before; it is not ours to drop. */
const ALREADY_THERE = new Set(["42P07", "42710"]);

/**
 * Runs the steps that stand during the proof, as they are written; how long that took, in ms.
 *
 * @param takeBack filled as the steps run with what takes them back, in the order to run it
 */
export async function standFix(
  session: LabSession,
  toggle: Toggle,
  takeBack: string[],
  context: RunContext,
): Promise<number> {
  const startedMs = context.clock.monotonicMs();
  await session.execute("set statement_timeout = 0");
  for (const [done, { apply, revert }] of toggle.stand.entries()) {
    context.onProgress({
      activity: "building the fix on the lab",
      done,
      total: toggle.stand.length,
      unit: "steps",
    });
    // A concurrent build that fails leaves an invalid index, so its revert is due either way.
    if (revert !== null) takeBack.unshift(revert);
    await session.execute(apply).catch((error: unknown) => {
      if (context.signal.aborted) throw error;
      const state = sqlStateOf(error) ?? "";
      if (ALREADY_THERE.has(state) && revert !== null) takeBack.shift();
      throw state === NOT_PERMITTED ? labNotPermitted(apply, error) : fixFailedOnLab(apply, error);
    });
  }
  return context.clock.monotonicMs() - startedMs;
}

/** Compares the indexes of the two versions; statistics of new index expressions are gathered. */
export async function describeFix(session: LabSession, versions: Versions): Promise<FixOnLab> {
  const before = await versions.inside("before", () => listIndexes(session));
  const after = await versions.inside("after", () => listIndexes(session));
  const created = missingFrom(before, after);
  const dropped = missingFrom(after, before);
  for (const table of new Set(created.filter(hasExpression).map((index) => index.tableSql))) {
    await session.execute(`analyze ${table}`);
  }
  return { created, dropped, sizeBytes: sumBytes(created) - sumBytes(dropped) };
}

/**
 * Leaves the lab as it was before the proof, on a connection of its own: the proof's may be
 * dead, and an abort must not stop the cleaning.
 *
 * @throws StreamGateError `SG_PG_FIX_LEFT_ON_LAB`
 */
export async function takeBackFix(
  connectionString: string,
  takeBack: readonly string[],
): Promise<void> {
  if (takeBack.length === 0) return;
  const session = await openLabSession(connectionString, null);
  try {
    await session.execute("begin");
    const script = await finallyRun(session, "rollback", () =>
      findWorkingOrder(session, takeBack, "the fix under proof"),
    );
    if (script !== "") await session.execute(`begin; ${script}; commit`);
  } catch (error) {
    throw fixLeftOnLab(takeBack.join("; "), error);
  } finally {
    await session.close();
  }
}

function missingFrom(known: readonly LabIndex[], all: readonly LabIndex[]): readonly LabIndex[] {
  const ids = new Set(known.map((index) => index.id));
  return all.filter((index) => !ids.has(index.id));
}

function hasExpression(index: LabIndex): boolean {
  return index.hasExpression;
}

function sumBytes(indexes: readonly LabIndex[]): number {
  return indexes.reduce((sum, index) => sum + index.sizeBytes, 0);
}
