import { identifyStatement } from "@streamgate/pg-advisor";
import type { LockChain, LockSession, LockWaiter } from "./lock-chain.ts";
import type { LockSessionRow } from "./lock-question.ts";

/**
 * The chains that these sessions form, the one first in which the most wait. Who waits for several holders stands in the chain of each;
 * of sessions that wait for one another in a circle, which the server ends by itself (deadlock_timeout), nobody is the holder: they form
 * none.
 */
export function lockChains(rows: readonly LockSessionRow[]): readonly LockChain[] {
  const sessions = new Map(rows.map((row) => [row.pid, row]));
  const waitersOf = new Map<number, LockSessionRow[]>();
  for (const row of rows.toSorted(longestWaitFirst))
    for (const blocker of new Set(row.blockers)) {
      const known = waitersOf.get(blocker);
      if (known === undefined) waitersOf.set(blocker, [row]);
      else known.push(row);
    }
  const chains = [...waitersOf.keys()]
    .filter((pid) => (sessions.get(pid)?.blockers ?? null) === null)
    .map((pid) => chainOf(pid, sessions.get(pid), waitersOf));
  return chains.toSorted((one, other) => other.waiting.length - one.waiting.length);
}

function chainOf(
  pid: number,
  row: LockSessionRow | undefined,
  waitersOf: ReadonlyMap<number, readonly LockSessionRow[]>,
): LockChain {
  const waiting: LockWaiter[] = [];
  const seen = new Set<number>();
  const follow = (blocker: number, depth: number): void => {
    for (const waiter of waitersOf.get(blocker) ?? []) {
      if (seen.has(waiter.pid)) continue;
      seen.add(waiter.pid);
      waiting.push({
        ...sessionOf(waiter.pid, waiter),
        depth,
        waitsFor: [...new Set(waiter.blockers)],
        waitedMs: Math.max(0, waiter.waitedMs ?? 0),
        lock: waiter.lock,
        relation: waiter.relation,
      });
      follow(waiter.pid, depth + 1);
    }
  };
  follow(pid, 1);
  return {
    key: `${pid} ${row?.startedAt?.toISOString() ?? ""}`,
    root: sessionOf(pid, row),
    waiting,
    longestWaitMs: Math.max(0, ...waiting.map(({ waitedMs }) => waitedMs)),
  };
}

function longestWaitFirst(one: LockSessionRow, other: LockSessionRow): number {
  return (other.waitedMs ?? 0) - (one.waitedMs ?? 0);
}

function sessionOf(pid: number, row: LockSessionRow | undefined): LockSession {
  const isHidden = row?.state === null || row?.query == null || row.query === "";
  const identity = isHidden ? null : identifyStatement(row?.query ?? "");
  return {
    pid,
    user: row?.user ?? null,
    application: row?.application ?? null,
    state: row?.state ?? null,
    fingerprint: identity?.kind === "workload" ? identity.fingerprint : null,
    text: identity?.text ?? null,
    transactionMs: row?.transactionMs ?? null,
    statementMs: (row?.state === "active" ? row.statementMs : row?.stateMs) ?? null,
  };
}
