import { createHash } from "node:crypto";
import { type Evidence, type Finding, formatDuration, type Severity } from "@streamgate/core";
import { counted } from "../report/wording.ts";
import type { LockChain, LockSession } from "./lock-chain.ts";

/** Locks are waited for all the time, and let go: what stands so long is worth a word. */
const LEAST_WAIT_MS = 5_000;
const LONG_WAIT_MS = 60_000;
const MANY_WAITING = 5;
const SOURCE = "pg_blocking_pids";

/** What is wrong with the chains that stand for some seconds; the same holder's statement on the same table is the same finding. */
export function blockingFindings(
  database: string,
  chains: readonly LockChain[],
  at: string,
): readonly Finding[] {
  const found = new Map<string, Finding>();
  for (const chain of chains) {
    if (chain.longestWaitMs < LEAST_WAIT_MS) continue;
    const finding = findingOf(database, chain, at);
    // Chains come with the most waiting first.
    if (!found.has(finding.id)) found.set(finding.id, finding);
  }
  return [...found.values()];
}

function findingOf(database: string, chain: LockChain, at: string): Finding {
  const { root, waiting, longestWaitMs } = chain;
  const tables = [...new Set(waiting.flatMap(({ relation }) => relation ?? []))].toSorted();
  const object = tables.length === 0 ? "locks" : tables.join(", ");
  const evidence = (name: string, value: number, unit: string): Evidence => ({
    name,
    value,
    unit,
    rung: "measured",
    source: SOURCE,
    at,
  });
  return {
    id: createHash("sha256")
      .update(JSON.stringify(["transaction/blocking", database, root.fingerprint, tables]))
      .digest("hex")
      .slice(0, 16),
    kind: "transaction/blocking",
    subject: { database, object },
    severity: severityOf(chain),
    summary: `${counted(waiting.length, "session waits", "sessions wait")} up to ${formatDuration(longestWaitMs)} for ${holderOf(root)}${tables.length === 0 ? "" : `, on ${tables.join(", ")}`}`,
    savedMsPerHour: waiting.reduce((sum, { waitedMs }) => sum + waitedMs, 0),
    statements: statementsOf(chain),
    evidence: [
      evidence("sessions that wait", waiting.length, "count"),
      evidence("longest wait", longestWaitMs, "ms"),
      ...(root.transactionMs === null
        ? []
        : [evidence("age of the holder's transaction", root.transactionMs, "ms")]),
    ],
    remedy: remedyOf(root),
  };
}

function severityOf({ waiting, longestWaitMs }: LockChain): Severity {
  const isLong = longestWaitMs >= LONG_WAIT_MS;
  if (isLong && waiting.length >= MANY_WAITING) return "critical";
  return isLong || waiting.length >= MANY_WAITING ? "high" : "medium";
}

/** The holder for a person: `process 4711 (web), idle in transaction for 12 s`. */
function holderOf({ pid, application, state, statementMs }: LockSession): string {
  if (pid === 0) return "a prepared transaction";
  const name = application === null ? "" : ` (${application})`;
  const since = statementMs === null ? "" : ` for ${formatDuration(statementMs)}`;
  return `process ${pid}${name}${state === null ? "" : `, ${state}${since}`}`;
}

function remedyOf({ pid, state }: LockSession): string {
  if (pid === 0)
    return "see pg_prepared_xacts for who left it, and end it with COMMIT PREPARED or ROLLBACK PREPARED; let max_prepared_transactions be 0 where nobody needs them";
  const now = `to let the others go on now: select pg_terminate_backend(${pid})`;
  return state?.startsWith("idle in transaction") === true
    ? `the application holds its transaction open while it does something else: commit before that, and set idle_in_transaction_session_timeout; ${now}`
    : `make that transaction shorter, change fewer rows at once, set lock_timeout for what may fail instead of wait; ${now}`;
}

function statementsOf({ root, waiting }: LockChain): Finding["statements"] {
  const texts = new Map<string, { readonly text: string; waits: number; waitedMs: number }>();
  const note = ({ fingerprint, text }: LockSession, waits: number, waitedMs: number): void => {
    if (fingerprint === null || text === null) return;
    const known = texts.get(fingerprint);
    texts.set(fingerprint, {
      text,
      waits: waits + (known?.waits ?? 0),
      waitedMs: waitedMs + (known?.waitedMs ?? 0),
    });
  };
  note(root, 0, 0);
  for (const waiter of waiting) note(waiter, 1, waiter.waitedMs);
  return [...texts].map(([fingerprint, { text, waits, waitedMs }]) => ({
    fingerprint,
    text,
    calls: waits,
    shareOfTime: 0,
    meanMs: waits === 0 ? 0 : waitedMs / waits,
    expectedMeanMs: 0,
  }));
}
