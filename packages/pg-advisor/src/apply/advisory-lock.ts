import { createHash } from "node:crypto";
import type { ApplyRun } from "./apply-run.ts";
import type { PlannedStep } from "./planned-step.ts";

/** The first half of the key of every advisory lock of StreamGate: the bytes of `SGix`. */
const LOCK_SPACE = 0x53476978;

/**
 * Takes a session advisory lock for each index that the steps touch and for its table, so that two
 * StreamGates neither work on one index at once nor build on one table at once, which would end in
 * a deadlock. It asks again and again rather than wait in the server: a query that waits holds a
 * snapshot, and a concurrent build waits for the end of all older snapshots, so each would wait for
 * the other.
 */
export async function holdIndexLocks(run: ApplyRun, steps: readonly PlannedStep[]): Promise<void> {
  const { clock, signal, onProgress } = run.context;
  for (const name of lockNames(steps)) {
    while (!(await tryLock(run, name))) {
      onProgress({
        activity: `waiting for another StreamGate, which works on ${name}`,
        done: 0,
        unit: "steps",
      });
      await clock.sleep(run.options.pollMs, signal);
    }
  }
}

/** In one order for everybody, so that nobody holds what another needs first. */
function lockNames(steps: readonly PlannedStep[]): readonly string[] {
  const names = steps
    .flatMap(({ action, undoAction }) => [action, undoAction])
    .flatMap((action) => {
      if (action.kind === "create index") return [action.name, action.table.name];
      const isOnIndex = action.kind === "drop index" || action.kind === "rebuild index";
      return isOnIndex ? [action.index.name] : [];
    });
  return [...new Set(names)].sort();
}

async function tryLock(run: ApplyRun, name: string): Promise<boolean> {
  const key = createHash("sha256").update(name).digest().readInt32BE(0);
  const [row] = await run.supervisor.query<{ isHeld: boolean }>(
    `select pg_try_advisory_lock($1::int, $2::int) as "isHeld"`,
    [LOCK_SPACE, key],
  );
  return row?.isHeld === true;
}
