create table streamgate_monitor.incidents (
  id bigint generated always as identity primary key,
  service text not null,
  title text not null,
  severity text not null,
  status text not null check (status in ('open', 'acknowledged', 'resolved')),
  started_at_ms bigint not null,
  -- When an alert joined last: later ones make an incident of their own.
  joined_at_ms bigint not null,
  -- When its last alert was resolved; null while one fires.
  quiet_since_ms bigint,
  resolved_at_ms bigint,
  acknowledged_by text,
  acknowledged_at_ms bigint
) with (fillfactor = 70);
create index incidents_open on streamgate_monitor.incidents (service) where status <> 'resolved';
create index incidents_by_start on streamgate_monitor.incidents (started_at_ms);
alter table streamgate_monitor.alerts
  add foreign key (incident) references streamgate_monitor.incidents on delete set null;

-- What happened, as it was learned of.
create table streamgate_monitor.incident_events (
  id bigint generated always as identity primary key,
  incident bigint not null references streamgate_monitor.incidents on delete cascade,
  at_ms bigint not null,
  kind text not null,
  summary text not null,
  author text not null default '',
  details jsonb not null default '{}',
  -- The same event told twice counts once.
  key text not null,
  unique (incident, key)
);

create table streamgate_monitor.incident_actions (
  id bigint generated always as identity primary key,
  incident bigint not null references streamgate_monitor.incidents on delete cascade,
  summary text not null,
  owner text not null default '',
  is_done boolean not null default false
);

create table streamgate_monitor.changes (
  id text primary key,
  kind text not null,
  at_ms bigint not null,
  summary text not null,
  labels jsonb not null
);
create index changes_by_time on streamgate_monitor.changes (at_ms);

-- Findings that were reported, as long as they are, and for a while after.
create table streamgate_monitor.findings_seen (
  id text not null,
  service text not null,
  instance text not null,
  kind text not null,
  severity text not null,
  summary text not null,
  remedy text not null,
  first_seen_ms bigint not null,
  last_seen_ms bigint not null,
  primary key (id, service, instance)
);
create index findings_seen_by_time on streamgate_monitor.findings_seen (last_seen_ms);

-- Who is asked for help next, while nobody has answered.
create table streamgate_monitor.escalations (
  incident bigint primary key references streamgate_monitor.incidents on delete cascade,
  policy text not null,
  state text not null check (state in ('running', 'acknowledged', 'exhausted', 'ended')),
  -- The level that is told next, from 0.
  next_level integer not null,
  round integer not null,
  due_at_ms bigint not null,
  -- How often it began anew: part of the keys of its notifications.
  run integer not null default 1,
  sequence integer not null default 0,
  -- What was told, so that the same are told of the end.
  told jsonb not null default '[]'
) with (fillfactor = 70);
create index escalations_due on streamgate_monitor.escalations (due_at_ms) where state in ('running', 'acknowledged');
