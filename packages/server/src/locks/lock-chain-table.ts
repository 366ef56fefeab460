import type { StoreQuery } from "../platform/store-pool.ts";
import { storableDocument } from "../store/storable.ts";
import type { LockChain } from "./lock-chain.ts";

/** A chain from the first look that saw it to the last. */
export interface KeptChain {
  readonly database: string;
  readonly firstSeenAt: Date;
  readonly lastSeenAt: Date;
  /** Null while it stands. */
  readonly endedAt: Date | null;
  readonly mostWaiting: number;
  readonly longestWaitMs: number;
  /** When most waited in it. */
  readonly chain: LockChain;
}

const KEPT_DAYS = 30;
const MOST_READ = 100;

const GO_ON = `
with seen as (
  select * from unnest($3::text[], $4::integer[], $5::float8[], $6::jsonb[]) as seen (root, waiting, waited_ms, chain)
), gone_on as (
  update streamgate.lock_chains as kept set
    last_seen = $2,
    most_waiting = greatest(kept.most_waiting, seen.waiting),
    longest_wait_ms = greatest(kept.longest_wait_ms, seen.waited_ms),
    chain = case when seen.waiting >= kept.most_waiting then seen.chain else kept.chain end
  from seen
  where kept.database = $1 and kept.root = seen.root and kept.ended_at is null
  returning kept.root
), begun as (
  insert into streamgate.lock_chains
    (database, root, first_seen, last_seen, most_waiting, longest_wait_ms, chain)
  select $1, seen.root, $2, $2, seen.waiting, seen.waited_ms, seen.chain
  from seen where seen.root not in (select root from gone_on)
)
update streamgate.lock_chains set ended_at = $2
where database = $1 and ended_at is null and root <> all($3)`;

/** Notes the chains of one look; those that stood before and are not among them have ended. */
export async function noteLockChains(
  query: StoreQuery,
  database: string,
  at: Date,
  chains: readonly LockChain[],
): Promise<void> {
  await query(GO_ON, [
    database,
    at,
    chains.map(({ key }) => key),
    chains.map(({ waiting }) => waiting.length),
    chains.map(({ longestWaitMs }) => longestWaitMs),
    chains.map((chain) => storableDocument(chain)),
  ]);
  await query(
    `delete from streamgate.lock_chains where database = $1 and last_seen < $2::timestamptz - interval '${KEPT_DAYS} days'`,
    [database, at],
  );
}

/** Those that stand first, then the latest. */
export function readLockChains(
  query: StoreQuery,
  databases: readonly string[],
  since: Date,
): Promise<readonly KeptChain[]> {
  return query<KeptChain>(
    `select database, first_seen as "firstSeenAt", last_seen as "lastSeenAt", ended_at as "endedAt",
            most_waiting as "mostWaiting", longest_wait_ms as "longestWaitMs", chain
     from streamgate.lock_chains
     where database = any($1) and last_seen >= $2
     order by ended_at is not null, last_seen desc, most_waiting desc limit ${MOST_READ}`,
    [databases, since],
  );
}
