-- Times end in _ms where they are compared with those of alerts: ms since 1970, to the ms.

-- Who leads: each leadership has a term, one higher than the last.
create table streamgate_monitor.leadership (
  name text primary key,
  term bigint not null,
  holder text not null,
  since timestamptz not null
) with (fillfactor = 50);

-- The present state of every alert that ever fired, until retention takes it.
create table streamgate_monitor.alerts (
  alert_id text primary key,
  rule_name text not null,
  state text not null check (state in ('firing', 'resolved')),
  severity text not null,
  labels jsonb not null,
  summary text not null,
  description text not null,
  runbook text not null,
  value double precision not null,
  started_at_ms bigint not null,
  -- When this state began.
  at_ms bigint not null,
  -- The incident of this stretch of firing, where there is one.
  incident bigint
) with (fillfactor = 80);
create index alerts_firing on streamgate_monitor.alerts (alert_id) where state = 'firing';
create index alerts_by_incident on streamgate_monitor.alerts (incident) where incident is not null;
create index alerts_resolved on streamgate_monitor.alerts (at_ms) where state = 'resolved';

-- Every change of state, once.
create table streamgate_monitor.transitions (
  alert_id text not null,
  state text not null,
  started_at_ms bigint not null,
  at_ms bigint not null,
  value double precision not null,
  summary text not null,
  term bigint not null,
  recorded_at timestamptz not null default now(),
  primary key (alert_id, state, started_at_ms)
);
create index transitions_by_time on streamgate_monitor.transitions using brin (recorded_at);
