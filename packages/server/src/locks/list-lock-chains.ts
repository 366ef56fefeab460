import type {
  LockChainList,
  LockChainsQuery,
  LockChainView,
  LockSessionView,
} from "@streamgate/contract";
import { measured } from "../figures/figure.ts";
import type { Platform } from "../platform/platform.ts";
import { databaseSources } from "../queries/database-sources.ts";
import { requireDatabase } from "../queries/list-statements.ts";
import { redact } from "../secrets/redact.ts";
import type { LockSession } from "./lock-chain.ts";
import { type KeptChain, readLockChains } from "./lock-chain-table.ts";

const SHOWN_MS = 86_400_000;
/** Where nobody has looked for so long, nobody knows that it still stands. */
const STANDS_FOR_MS = 5 * 60_000;

/** Who waits for whose lock, and who did in the last day. */
export async function listLockChains(
  platform: Platform,
  { database }: LockChainsQuery,
): Promise<LockChainList> {
  requireDatabase(platform, database);
  const watched = platform.configuration().databases.map(({ name }) => name);
  const nowMs = platform.clock.now().getTime();
  const since = new Date(nowMs - SHOWN_MS);
  const kept = await readLockChains(
    platform.tables.query,
    database === undefined ? watched : [database],
    since,
  );
  return {
    items: kept.map((one) => chainView(one, nowMs)),
    sources: databaseSources(platform, database),
  };
}

function chainView(kept: KeptChain, nowMs: number): LockChainView {
  const { database, firstSeenAt, lastSeenAt, mostWaiting, longestWaitMs, chain } = kept;
  const isUnseen = nowMs - lastSeenAt.getTime() > STANDS_FOR_MS;
  const endedAt = kept.endedAt ?? (isUnseen ? lastSeenAt : null);
  return {
    id: `${database} ${chain.key} ${firstSeenAt.toISOString()}`,
    database,
    firstSeenAt: firstSeenAt.toISOString(),
    lastSeenAt: lastSeenAt.toISOString(),
    endedAt: endedAt?.toISOString() ?? null,
    root: sessionView(chain.root),
    waiting: chain.waiting.map((waiter) => ({
      ...sessionView(waiter),
      depth: waiter.depth,
      waitsFor: waiter.waitsFor,
      waited: measured(waiter.waitedMs, "ms"),
      lock: waiter.lock,
      relation: waiter.relation,
    })),
    mostWaiting: measured(mostWaiting, "count"),
    longestWait: measured(longestWaitMs, "ms"),
  };
}

function sessionView(session: LockSession): LockSessionView {
  const { pid, user, application, state, fingerprint, text } = session;
  return {
    pid,
    user,
    application,
    state,
    fingerprint,
    text: text === null ? null : redact(text),
    transactionAge: measured(session.transactionMs, "ms"),
    stateAge: measured(session.statementMs, "ms"),
  };
}
