-- Profiles that were taken of watched processes, as trees of what was seen in them.
create table streamgate.profiles (
  id bigint generated always as identity primary key,
  service text not null,
  instance text not null,
  kind text not null check (kind in ('cpu', 'heap')),
  started_at_ms double precision not null,
  duration_ms double precision not null,
  taken_by text not null,
  state text not null default 'running' check (state in ('running', 'done', 'failed')),
  problem text,
  -- The tree as JSON, compressed by gzip.
  tree bytea,
  size_bytes bigint not null default 0
);
-- A process is profiled once at a time.
create unique index profiles_running on streamgate.profiles (service, instance) where state = 'running';
