-- When the indexes of a watched database were looked at last, and what its server said of its counters then.
create table streamgate.index_watches (
  -- The database's name in the configuration.
  database text primary key,
  read_at timestamptz not null,
  server_started_at timestamptz not null,
  -- When the server's counters were reset; null where it does not tell.
  counters_reset_at timestamptz,
  is_replica boolean not null,
  -- Standbys that were connected.
  replicas integer not null,
  version_number integer not null
);

-- One row an index, as it was seen last. Counters of the server begin anew now and then; what is `_seen` was added up since
-- `watched_since` and does not.
create table streamgate.index_readings (
  database text not null references streamgate.index_watches on delete cascade,
  schema_name text not null,
  index_name text not null,
  oid bigint not null,
  definition text not null,
  watched_since timestamptz not null,
  scans_seen double precision not null,
  tuples_read_seen double precision not null,
  tuples_fetched_seen double precision not null,
  -- Rows of its table that were inserted, updated or deleted.
  table_writes_seen double precision not null,
  scans_counted double precision not null,
  tuples_read_counted double precision not null,
  tuples_fetched_counted double precision not null,
  table_writes_counted double precision not null,
  -- Null before PostgreSQL 16, and where it was never scanned.
  last_scan_at timestamptz,
  size_bytes double precision not null,
  -- Share of its bytes that a rebuild would free, as pgstatindex counted it; null where it never did.
  measured_bloat double precision,
  measured_size_bytes double precision,
  measured_at timestamptz,
  -- What the advisor needs to judge it: keys, duties, estimated bloat.
  portrait jsonb not null,
  primary key (database, schema_name, index_name)
);
