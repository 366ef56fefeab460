/** The SQL of the jobs, in the open. Parameters are listed in the order of their numbers. */

/** kind, target, finding, options, requested by, reason, most that may wait */
export const ASK_FOR_JOB = `
insert into streamgate.jobs (kind, target, finding, options, requested_by, reason)
select $1, $2, $3, $4, $5, $6
where (select count(*) from streamgate.jobs where state = 'waiting') < $7
on conflict (target, kind, coalesce(finding, '')) where state in ('waiting', 'running') do nothing
returning *`;

/** kind, target, finding */
export const FIND_ASKED_FOR = `
select * from streamgate.jobs
where state in ('waiting', 'running') and kind = $1 and target = $2 and coalesce(finding, '') = coalesce($3, '')`;

export const OPEN_JOBS = `
select * from streamgate.jobs where state in ('waiting', 'running') order by id`;

export const LATEST_CHANGE = `
select coalesce(max(changed_at), '-infinity')::text as latest from streamgate.jobs`;

/** id, instance. Nothing where somebody was faster, or where the target is worked on. */
export const CLAIM_JOB = `
update streamgate.jobs job
set state = 'running', instance = $2, started_at = now(), changed_at = clock_timestamp()
where id = $1 and state = 'waiting'
  and not exists (select 1 from streamgate.jobs other where other.target = job.target and other.state = 'running')
returning *`;

/** id, instance, activity, progress */
export const TELL_PROGRESS = `
update streamgate.jobs set activity = $3, progress = $4, changed_at = clock_timestamp()
where id = $1 and state = 'running' and instance = $2`;

/** id, instance, state, outcome, problem */
export const END_JOB = `
update streamgate.jobs
set state = $3, outcome = $4, problem = $5, ended_at = now(), activity = '',
  progress = case when $3 = 'done' then 1 else progress end, changed_at = clock_timestamp()
where id = $1 and state = 'running' and instance = $2`;

/** id of the job that has ended, how many are kept */
export const FORGET_JOBS = `
delete from streamgate.jobs where id <= $1::bigint - $2::bigint and state not in ('waiting', 'running')`;

/** id, instance that had it, problem */
export const ABANDON_JOB = `
update streamgate.jobs
set state = 'interrupted', problem = $3, ended_at = now(), activity = '', changed_at = clock_timestamp()
where id = $1 and state = 'running' and instance = $2
returning *`;

/** id, who. One that waits ends at once; one that runs is ended by whoever runs it. */
export const CANCEL_JOB = `
update streamgate.jobs
set cancelled_by = coalesce(cancelled_by, $2),
  state = case when state = 'waiting' then 'interrupted' else state end,
  problem = case when state = 'waiting' then 'cancelled by ' || $2 else problem end,
  ended_at = case when state = 'waiting' then now() else ended_at end,
  changed_at = clock_timestamp()
where id = $1 and state in ('waiting', 'running')
returning *`;

/** id */
export const JOB_BY_ID = `select * from streamgate.jobs where id = $1`;

/** finding or null, target or null, below this id or null, limit */
export const JOBS_LATEST_FIRST = `
select * from streamgate.jobs
where ($1::text is null or finding = $1) and ($2::text is null or target = $2)
  and ($3::bigint is null or id < $3)
order by id desc limit $4`;
