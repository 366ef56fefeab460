-- What became of the indexes of a watched database: one row for each time that one appeared, changed or vanished between two looks.
-- What was there at the first look is not told.
create table streamgate.index_history (
  id bigint generated always as identity primary key,
  -- The database's name in the configuration.
  database text not null,
  schema_name text not null,
  index_name text not null,
  table_schema text not null,
  table_name text not null,
  event text not null check (event in ('appeared', 'became valid', 'changed', 'renamed', 'rebuilt', 'vanished')),
  -- The look before, which did not see it yet, and the look that did: it happened in between.
  not_before timestamptz not null,
  at timestamptz not null,
  -- After the event; before it, of one that vanished.
  definition text not null,
  -- Its definition or name before, where that is what changed.
  previous text,
  size_bytes double precision not null,
  previous_size_bytes double precision,
  -- What the advisor needs to judge it: keys, duties.
  portrait jsonb not null,
  -- What came of it, by the statements before and after; null until it has stood for a day and somebody asked.
  comparison jsonb,
  -- StreamGate's own act that did it; null where it was somebody else's, or the act has still to be noted.
  application bigint references streamgate.applications on delete set null
);
create index index_history_by_time on streamgate.index_history (database, at desc, id desc);

-- How every index was used, day by day (UTC): those too, that have no series of their own.
create table streamgate.index_days (
  database text not null,
  schema_name text not null,
  index_name text not null,
  day date not null,
  scans double precision not null,
  tuples_read double precision not null,
  tuples_fetched double precision not null,
  -- Rows of its table that were inserted, updated or deleted.
  table_writes double precision not null,
  -- At the last look of the day.
  size_bytes double precision not null,
  -- Share of its bytes that a rebuild would free, 0 to 1; null where nobody has looked.
  bloat double precision,
  primary key (database, schema_name, index_name, day)
);
create index index_days_by_age on streamgate.index_days (database, day);
