-- The life of a statement beside its series: the plans that it had, who called it, whom it waited for, and what is found of it by
-- watching alone.

-- One row for each stretch of time in which a statement was seen to have one plan: a plan that comes back begins another row.
create table streamgate.statement_plans (
  id bigint generated always as identity primary key,
  -- The database's name in the configuration.
  database text not null,
  fingerprint text not null,
  -- Hash of what the plan does, without what it costs.
  shape text not null,
  first_seen timestamptz not null,
  last_seen timestamptz not null,
  -- How often it was looked at in between.
  looks integer not null default 1,
  -- As it was seen last.
  plan jsonb not null
);
create index statement_plans_by_time on streamgate.statement_plans (database, fingerprint, first_seen desc);
create index statement_plans_by_age on streamgate.statement_plans (database, last_seen);

-- Who called a statement, by the comments of its text (sqlcommenter) and by the names of sessions.
create table streamgate.statement_callers (
  database text not null,
  fingerprint text not null,
  -- Hash of the tags.
  caller text not null,
  -- `comment`: the text said so; `session`: the session's application_name alone.
  source text not null check (source in ('comment', 'session')),
  -- application, route, framework, controller, action and their like; nothing that differs from call to call.
  tags jsonb not null,
  first_seen timestamptz not null,
  last_seen timestamptz not null,
  -- In how many samples of the working sessions it was seen: as many as it takes time. 0: only its text was seen.
  samples double precision not null,
  primary key (database, fingerprint, caller)
);
create index statement_callers_by_age on streamgate.statement_callers (database, last_seen);

-- Sessions that waited for one that held a lock: one row for each holder, from the first look that saw it to the last.
create table streamgate.lock_chains (
  database text not null,
  -- The holder: its process and when that began.
  root text not null,
  first_seen timestamptz not null,
  last_seen timestamptz not null,
  -- Null while it stands.
  ended_at timestamptz,
  most_waiting integer not null,
  longest_wait_ms double precision not null,
  -- The chain when most waited in it; literals taken out.
  chain jsonb not null,
  primary key (database, root, first_seen)
);
create index lock_chains_by_time on streamgate.lock_chains (database, last_seen desc);

-- Findings that come of watching, between turns. One that is no longer seen has ended; it begins again as it was.
create table streamgate.watch_findings (
  database text not null,
  id text not null,
  kind text not null,
  first_seen timestamptz not null,
  last_seen timestamptz not null,
  ended_at timestamptz,
  document jsonb not null,
  primary key (database, id)
);
