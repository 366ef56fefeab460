/** The SQL of the store, in the open. Parameters are listed in the order of their numbers. */

/** target, connection, goal, whether it is whole */
export const INSERT_RUN = `
insert into streamgate.runs (target, connection, goal, is_whole) values ($1, $2, $3, $4) returning id`;

/** id, outcome, report */
export const END_RUN = `
update streamgate.runs set ended_at = now(), outcome = $2, report = $3 where id = $1`;

/** Another run applied the fix after this one had begun: what this one saw is older. */
const CHANGED_IN_THIS_RUN: string =
  "known.state_since > (select started_at from streamgate.runs where id = $8)";

/** What was judged in the lab of late is not forgotten because the problem is still there. */
const JUDGED_LATELY = `known.state = any($12) and exists (select from streamgate.proofs proof
  where proof.target = known.target and proof.finding = known.id and proof.at > now() - $13 * interval '1 ms')`;

const KEEPS_STATE: string = `known.state = any($10) or (known.state = any($11) and ${CHANGED_IN_THIS_RUN})
  or (${JUDGED_LATELY})`;

/**
 * target, id, kind, severity, object, summary, saved_ms_per_hour, run, document, states that are kept, states of a fix that stands,
 * states of a proof, how old it may be in ms
 */
export const UPSERT_FINDING: string = `
insert into streamgate.findings as known
  (target, id, kind, severity, object, summary, saved_ms_per_hour, state, first_run, last_run, document)
values ($1, $2, $3, $4, $5, $6, $7, 'found', $8, $8, $9)
on conflict (target, id) do update set
  kind = excluded.kind, severity = excluded.severity, object = excluded.object,
  summary = excluded.summary, saved_ms_per_hour = excluded.saved_ms_per_hour,
  last_run = excluded.last_run, document = excluded.document,
  state = case when ${KEEPS_STATE} then known.state else 'found' end,
  state_since = case when known.state = 'found' or ${KEEPS_STATE} then known.state_since else now() end
returning *`;

/** target, id */
export const LOCK_FINDING = `
select * from streamgate.findings where target = $1 and id = $2 for update`;

/** target, id, state */
export const SET_STATE = `
update streamgate.findings set state = $3, state_since = now() where target = $1 and id = $2`;

/** run, target, finding, verdict, document */
export const INSERT_PROOF = `
insert into streamgate.proofs (run, target, finding, verdict, document) values ($1, $2, $3, $4, $5)`;

/** target, limit; of a finding that was proven several times each counts: the data was another */
export const LATEST_PROOFS = `
select document from streamgate.proofs where target = $1 order by id desc limit $2`;

/** run, target, finding, verdict, document */
export const INSERT_VERIFICATION = `
insert into streamgate.verifications (run, target, finding, verdict, document)
values ($1, $2, $3, $4, $5)`;

/** run, target, finding, direction, reason, fix */
export const INSERT_APPLICATION = `
insert into streamgate.applications (run, target, finding, direction, reason, fix)
values ($1, $2, $3, $4, $5, $6) returning id`;

/** id, outcome, document */
export const END_APPLICATION = `
update streamgate.applications set ended_at = now(), outcome = $2, document = $3 where id = $1
returning *`;

/** target */
export const APPLICATIONS_UNDER_WAY = `
select * from streamgate.applications where target = $1 and ended_at is null order by id`;

/** id */
export const APPLICATION_UNDER_WAY = `
select id from streamgate.applications where id = $1 and ended_at is null`;

/** target, finding */
export const LAST_APPLY_DOCUMENT = `
select document from streamgate.applications
where target = $1 and finding = $2 and direction = 'apply' and outcome = 'done' order by id desc limit 1`;

/** target, states */
export const FINDINGS_IN_STATES = `
select * from streamgate.findings where target = $1 and state = any($2) order by state_since desc`;

const HISTORY = `
select finding.*, run.connection,
  (select proof.document from streamgate.proofs proof
    where proof.target = finding.target and proof.finding = finding.id
    order by proof.id desc limit 1) as proof,
  (select verification.document from streamgate.verifications verification
    where verification.target = finding.target and verification.finding = finding.id
    order by verification.id desc limit 1) as verification,
  (select jsonb_agg(to_jsonb(application) - 'document' order by application.id)
    from streamgate.applications application
    where application.target = finding.target and application.finding = finding.id) as applications
from streamgate.findings finding
join streamgate.runs run on run.id = finding.last_run`;

/** limit */
export const NEWEST_HISTORY: string = `${HISTORY}
order by finding.last_run desc, finding.saved_ms_per_hour desc limit $1`;

/** the first characters of an id */
export const HISTORY_BY_ID: string = `${HISTORY}
where starts_with(finding.id, $1) order by finding.last_run desc limit 50`;

/** actor, act, target, finding, run, details */
export const INSERT_ACT = `
insert into streamgate.audit_log (actor, act, target, finding, run, details)
values ($1, $2, $3, $4, $5, $6)`;

/** Two-part advisory locks: this class, and the application's id. */
const APPLICATION_LOCK_CLASS = 1_936_155_501;

/** id */
export const HOLD_APPLICATION: string = `
select pg_try_advisory_lock(${APPLICATION_LOCK_CLASS}, ($1::bigint % 2147483647)::integer) as held`;

/** id */
export const RELEASE_APPLICATION: string = `
select pg_advisory_unlock(${APPLICATION_LOCK_CLASS}, ($1::bigint % 2147483647)::integer)`;
