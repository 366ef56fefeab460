/** rows as JSON; what is there already, by its key, stays as it is */
export const ENQUEUE = `
insert into streamgate_monitor.notifications
  (key, channel, thread, content, created_at_ms, not_before_ms, give_up_at_ms)
select row.key, row.channel, row.thread, row.content, row.created_at_ms, row.created_at_ms, row.give_up_at_ms
from jsonb_to_recordset($1::jsonb) as row
  (key text, channel text, thread text, content jsonb, created_at_ms bigint, give_up_at_ms bigint)
on conflict (key) do nothing`;

/**
 * channel, how many, now, term, end of the lease. The first of each thread that is not done, if its time has come: what
 * comes later in a thread waits for it. A lease of an earlier term, or past its end, is void; whoever does not lead any
 * more gets nothing.
 */
export const CLAIM = `
update streamgate_monitor.notifications as claimed
set state = 'sending', attempts = attempts + 1, lease_term = $4, lease_until_ms = $5
from (
  select waiting.id
  from streamgate_monitor.notifications as waiting
  where waiting.channel = $1
    and exists (select from streamgate_monitor.leadership where name = 'alerting' and term = $4)
    and (waiting.state = 'waiting' and waiting.not_before_ms <= $3
      or waiting.state = 'sending' and (waiting.lease_term < $4 or waiting.lease_until_ms <= $3))
    and not exists (
      select from streamgate_monitor.notifications as earlier
      where earlier.channel = waiting.channel and earlier.thread = waiting.thread
        and earlier.state in ('waiting', 'sending') and earlier.id < waiting.id)
  order by waiting.id
  limit $2
  for update of waiting skip locked
) as chosen
where claimed.id = chosen.id
returning claimed.id::float8 as id, claimed.key, claimed.channel, claimed.content, claimed.attempts,
  claimed.give_up_at_ms::float8 as "giveUpAtMs", claimed.refused_since_ms::float8 as "refusedSinceMs"`;

/** id, term, attempts (together the lease), state, not before, error, receipt, refused since, ended */
export const SETTLE = `
update streamgate_monitor.notifications
set state = $4, not_before_ms = coalesce($5, not_before_ms), last_error = $6, receipt = $7,
  refused_since_ms = $8, ended_at_ms = $9, lease_term = null, lease_until_ms = null
where id = $1 and state = 'sending' and lease_term = $2 and attempts = $3
returning id::float8 as id`;

/** now, longest wait: a clock that was set back must not put off what waits */
export const CLAMP = `
update streamgate_monitor.notifications set not_before_ms = $1::bigint
where state = 'waiting' and not_before_ms > $1::bigint + $2::bigint`;

/** id, now, give up at */
export const REVIVE = `
update streamgate_monitor.notifications
set state = 'waiting', attempts = 0, not_before_ms = $2, give_up_at_ms = $3, refused_since_ms = null, ended_at_ms = null
where id = $1 and state = 'dead'
returning id::float8 as id`;

/** how many */
export const DEAD = `
select id::text as id, channel, content, attempts, last_error as "lastError", created_at_ms::float8 as "createdAtMs",
  ended_at_ms::float8 as "endedAtMs"
from streamgate_monitor.notifications where state = 'dead' order by id desc limit $1`;

export const BACKLOG = `
select channel, count(*)::int4 as waiting, min(created_at_ms)::float8 as "oldestMs"
from streamgate_monitor.notifications where state in ('waiting', 'sending') group by channel`;

/** ended before */
export const FORGET_NOTIFICATIONS = `
delete from streamgate_monitor.notifications where ended_at_ms < $1`;
