import type { AnalysedRequest, Call } from "./analysed-request.ts";
import { groupBy } from "./group-by.ts";
import type { Observation } from "./observation.ts";

/** A shorter pause is the program's own work between two statements. */
const LEAST_PAUSE_MS = 50;

/**
 * A transaction that stays open while the request does something else: its locks and its snapshot are held for nothing. The pause ends
 * with the next statement on the same connection.
 */
export function findIdleInTransaction(request: AnalysedRequest): readonly Observation[] {
  const inside = request.calls.filter(({ transaction }) => transaction !== undefined);
  return [...groupBy(inside, ({ transaction }) => transaction).values()].flatMap((calls) => {
    const pauses = pausesOf(calls);
    const longest = pauses.reduce((one, other) => (other.ms > one.ms ? other : one), NONE);
    const { before, after } = longest;
    if (longest.ms < LEAST_PAUSE_MS || before === undefined || after === undefined) return [];
    const idleMs = pauses.reduce((sum, { ms }) => sum + ms, 0);
    const openMs = (calls.at(-1)?.statement.endMs ?? 0) - (calls[0]?.statement.startMs ?? 0);
    const others = othersDuring(request, before, after);
    return [
      {
        kind: "transaction/idle" as const,
        form: after.form,
        sql: after.statement.sql,
        parameters: after.statement.parameters,
        site: after.statement.stack ?? before.statement.stack ?? [],
        calls: calls.length,
        totalMs: openMs,
        savedMs: idleMs,
        summary: `a transaction was open for ${openMs.toFixed(0)} ms and idle for ${idleMs.toFixed(0)} ms of them, ${longest.ms.toFixed(0)} ms at once before: ${after.form.text}${others}`,
        remedy:
          "Do the waiting before the transaction begins, or after it has ended, so that its locks are held for its own statements alone.",
      },
    ];
  });
}

interface Pause {
  readonly ms: number;
  readonly before: Call | undefined;
  readonly after: Call | undefined;
}

const NONE: Pause = { ms: 0, before: undefined, after: undefined };

function pausesOf(calls: readonly Call[]): readonly Pause[] {
  return calls.slice(1).map((after, index) => {
    const before = calls[index];
    return { ms: after.statement.issuedMs - (before?.statement.endMs ?? 0), before, after };
  });
}

/** What the request did on other connections meanwhile. */
function othersDuring(request: AnalysedRequest, before: Call, after: Call): string {
  const count = request.calls.filter(
    ({ statement, transaction }) =>
      transaction !== before.transaction &&
      statement.startMs >= before.statement.endMs &&
      statement.endMs <= after.statement.issuedMs,
  ).length;
  return count === 0 ? "" : `, while ${count} statements ran on other connections`;
}
