-- How the sources are that one instance reads for all, so that the others can tell. Only the last few seconds matter: what a crash
-- of the server loses is written again at once.
create unlogged table streamgate.source_standings (
  -- As in the API: `database:main`.
  id text primary key,
  read_at timestamptz,
  problem text,
  failures integer not null,
  told_by text not null,
  told_at timestamptz not null
);
