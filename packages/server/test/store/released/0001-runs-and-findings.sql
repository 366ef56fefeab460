-- A run is one turn of the loop on one database.
create table streamgate.runs (
  id bigint generated always as identity primary key,
  target text not null,
  -- Who connected to what, never with a password.
  connection text not null,
  goal text not null,
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  outcome text check (outcome in ('finished', 'failed', 'interrupted')),
  -- What the run reported at its end.
  report jsonb
);
create index runs_by_target on streamgate.runs (target, id desc);

-- A finding is known by its database and its own id, across runs.
create table streamgate.findings (
  target text not null,
  id text not null,
  kind text not null,
  severity text not null,
  object text not null,
  summary text not null,
  saved_ms_per_hour double precision not null,
  state text not null,
  state_since timestamptz not null default now(),
  first_run bigint not null references streamgate.runs,
  last_run bigint not null references streamgate.runs,
  document jsonb not null,
  primary key (target, id)
);
create index findings_by_last_run on streamgate.findings (last_run desc);

create table streamgate.proofs (
  id bigint generated always as identity primary key,
  run bigint not null references streamgate.runs,
  target text not null,
  finding text not null,
  at timestamptz not null default now(),
  verdict text not null,
  document jsonb not null,
  foreign key (target, finding) references streamgate.findings
);
create index proofs_by_finding on streamgate.proofs (target, finding, id desc);

-- Written before the work starts; `ended_at` is null while it is under way or was cut short.
create table streamgate.applications (
  id bigint generated always as identity primary key,
  run bigint references streamgate.runs,
  target text not null,
  finding text not null,
  direction text not null check (direction in ('apply', 'revert')),
  reason text not null,
  fix jsonb not null,
  started_at timestamptz not null default now(),
  ended_at timestamptz,
  outcome text check (outcome in ('done', 'failed', 'cut short')),
  document jsonb,
  foreign key (target, finding) references streamgate.findings
);
create index applications_by_finding on streamgate.applications (target, finding, id desc);
create index applications_under_way on streamgate.applications (target) where ended_at is null;

create table streamgate.verifications (
  id bigint generated always as identity primary key,
  run bigint not null references streamgate.runs,
  target text not null,
  finding text not null,
  at timestamptz not null default now(),
  verdict text not null,
  document jsonb not null,
  foreign key (target, finding) references streamgate.findings
);
create index verifications_by_finding on streamgate.verifications (target, finding, id desc);

-- Every act of StreamGate on a watched database, and who asked for it.
create table streamgate.audit_log (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  actor text not null,
  act text not null,
  target text not null,
  finding text,
  run bigint references streamgate.runs,
  details jsonb not null default '{}'
);
create index audit_log_by_target on streamgate.audit_log (target, id desc);
