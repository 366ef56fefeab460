-- A series: a metric's name with one set of labels.
create table streamgate_monitor.series (
  id integer generated always as identity primary key,
  name text not null,
  labels jsonb not null,
  kind text not null check (kind in ('counter', 'gauge', 'histogram')),
  -- Of name, labels and kind: the first half of a SHA-256.
  hash bytea not null unique,
  first_seen timestamptz not null,
  -- Brought up to date once a minute, not with every point; in no index, so that this touches none.
  last_seen timestamptz not null
) with (fillfactor = 80);
create index series_by_name on streamgate_monitor.series (name);

-- Points as they were written: a row holds those of one metric from one write. Until a window of
-- five minutes is sealed into chunks, its points are here.
create table streamgate_monitor.journal (
  id bigint generated always as identity primary key,
  name text not null,
  kind text not null,
  -- The window: points that end after this, and not later than five minutes after.
  starts_at timestamptz not null,
  written_at timestamptz not null default now(),
  payload bytea not null
) with (
  autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 20000,
  toast.autovacuum_vacuum_scale_factor = 0, toast.autovacuum_vacuum_threshold = 20000
);
alter table streamgate_monitor.journal alter column payload set storage external;
create index journal_by_window on streamgate_monitor.journal (starts_at, name);

-- Chunks: a row holds all points of one series in one window. One table a tier, partitioned by time.
create table streamgate_monitor.points_1s (
  series integer not null,
  starts_at timestamptz not null,
  payload bytea not null,
  -- Points that came when the finer tier no longer kept their time; rolled up with the others.
  late bytea,
  primary key (series, starts_at)
) partition by range (starts_at);
alter table streamgate_monitor.points_1s alter column payload set storage external;
alter table streamgate_monitor.points_1s alter column late set storage external;
create table streamgate_monitor.points_10s
  (like streamgate_monitor.points_1s including all) partition by range (starts_at);
create table streamgate_monitor.points_5m
  (like streamgate_monitor.points_1s including all) partition by range (starts_at);
create table streamgate_monitor.points_1h
  (like streamgate_monitor.points_1s including all) partition by range (starts_at);

-- How far each tier has come.
create table streamgate_monitor.tiers (
  step_ms bigint primary key,
  -- Windows before this are rolled up; the next one up to and including this series.
  rolled_to timestamptz not null default '-infinity',
  rolled_series integer not null default 0,
  -- What ends at or before this was dropped.
  kept_from timestamptz not null default '-infinity'
);
insert into streamgate_monitor.tiers (step_ms) values (1000), (10000), (300000), (3600000);

-- Windows of a tier that are to be rolled up again, as points came late.
create table streamgate_monitor.stale_windows (
  step_ms bigint not null,
  starts_at timestamptz not null,
  series integer not null,
  primary key (step_ms, starts_at, series)
);
