import type { PlanNode } from "@streamgate/pg-advisor";
import type { StoreQuery } from "../../platform/store-pool.ts";
import { storableDocument } from "../../store/storable.ts";
import { type KeptPlan, type PlanLook, shapeHash } from "./plan-looks.ts";

/** Of a statement whose plan changes all the time, the last changes are enough. */
const MOST_PLANS = 20;
const KEPT_DAYS = 90;

/** A plan that is as it was at the look before goes on; another one begins a row of its own. */
const NOTE = `
with look as (
  select * from unnest($2::text[], $3::text[], $4::jsonb[]) as look (fingerprint, shape, plan)
), latest as (
  select distinct on (fingerprint) id, fingerprint, shape
  from streamgate.statement_plans
  where database = $1 and fingerprint = any($2)
  order by fingerprint, first_seen desc, id desc
), gone_on as (
  update streamgate.statement_plans as kept
  set last_seen = greatest(kept.last_seen, $5), looks = kept.looks + 1, plan = look.plan
  from latest join look using (fingerprint, shape)
  where kept.id = latest.id
)
insert into streamgate.statement_plans (database, fingerprint, shape, first_seen, last_seen, plan)
select $1, look.fingerprint, look.shape, $5, $5, look.plan
from look left join latest using (fingerprint)
where latest.shape is distinct from look.shape`;

const FORGET_OLD = `
delete from streamgate.statement_plans
where database = $1 and last_seen < $2::timestamptz - interval '${KEPT_DAYS} days'`;

const FORGET_BEYOND = `
delete from streamgate.statement_plans
where id in (
  select id from (
    select id, row_number() over (partition by fingerprint order by first_seen desc, id desc) as place
    from streamgate.statement_plans
    where database = $1 and fingerprint = any($2)) as placed
  where place > ${MOST_PLANS})`;

/** Notes what a look at the plans of a database saw. */
export async function notePlans(
  query: StoreQuery,
  database: string,
  looks: readonly PlanLook[],
  at: Date,
): Promise<void> {
  if (looks.length === 0) return;
  const fingerprints = looks.map(({ fingerprint }) => fingerprint);
  await query(NOTE, [
    database,
    fingerprints,
    looks.map(({ plan }) => shapeHash(plan)),
    looks.map(({ plan }) => storableDocument(plan)),
    at,
  ]);
  await query(FORGET_BEYOND, [database, fingerprints]);
  await query(FORGET_OLD, [database, at]);
}

interface PlanRow {
  readonly id: string;
  readonly fingerprint: string;
  readonly first_seen: Date;
  readonly last_seen: Date;
  readonly plan: PlanNode;
}

/** The plans that statements of a database had, by fingerprint; the latest first. */
export async function readKeptPlans(
  query: StoreQuery,
  database: string,
  fingerprints: readonly string[],
): Promise<ReadonlyMap<string, readonly KeptPlan[]>> {
  const rows = await query<PlanRow>(
    `select id::text, fingerprint, first_seen, last_seen, plan from streamgate.statement_plans
     where database = $1 and fingerprint = any($2) order by first_seen desc, id desc`,
    [database, fingerprints],
  );
  const byFingerprint = new Map<string, KeptPlan[]>();
  for (const { id, fingerprint, first_seen, last_seen, plan } of rows) {
    const kept = {
      id,
      firstSeenMs: first_seen.getTime(),
      lastSeenMs: last_seen.getTime(),
      plan,
    };
    const known = byFingerprint.get(fingerprint);
    if (known === undefined) byFingerprint.set(fingerprint, [kept]);
    else known.push(kept);
  }
  return byFingerprint;
}
