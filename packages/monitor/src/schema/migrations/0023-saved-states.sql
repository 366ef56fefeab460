-- What an instance that begins goes on from: where the rules stood, which releases ran.
create table streamgate_monitor.saved_states (
  name text primary key,
  state jsonb not null,
  saved_at timestamptz not null default now()
) with (fillfactor = 50);
