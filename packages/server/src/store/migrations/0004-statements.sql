-- What ran in the watched databases: one row a statement, as its database counted it when it was read last. How it went over time
-- is in the history, as the series streamgate_database_statement_* with the labels database and fingerprint.
create table streamgate.statements (
  -- The database's name in the configuration.
  database text not null,
  -- libpg-query's: the same for statements that differ only in literals, names of parameters or the length of a list.
  fingerprint text not null,
  -- pg_stat_statements' id of the costliest entry with this fingerprint.
  query_id text not null,
  -- Literals taken out.
  text text not null,
  first_seen timestamptz not null,
  last_seen timestamptz not null,
  -- Since when the counters below count; null where the server does not tell.
  counted_since timestamptz,
  calls double precision not null,
  total_ms double precision not null,
  mean_ms double precision not null,
  stddev_ms double precision not null,
  min_ms double precision not null,
  max_ms double precision not null,
  rows double precision not null,
  blocks_hit double precision not null,
  blocks_read double precision not null,
  temp_blocks_written double precision not null,
  wal_bytes double precision not null,
  primary key (database, fingerprint)
);
create index statements_by_time on streamgate.statements (database, total_ms desc, fingerprint);
create index statements_by_age on streamgate.statements (database, last_seen);
