-- What StreamGate does in the background: asked for on any instance, done by one.
create table streamgate.jobs (
  id bigint generated always as identity primary key,
  kind text not null check (kind in ('observe', 'prove', 'apply', 'verify', 'revert')),
  target text not null,
  finding text,
  options jsonb not null default '{}',
  requested_by text not null,
  reason text,
  requested_at timestamptz not null default now(),
  state text not null default 'waiting'
    check (state in ('waiting', 'running', 'done', 'failed', 'interrupted')),
  -- The instance that does it. While it does, it holds the job's advisory lock.
  instance text,
  started_at timestamptz,
  ended_at timestamptz,
  activity text not null default '',
  progress double precision,
  problem text,
  outcome text,
  -- Who wants it to end, once somebody does.
  cancelled_by text,
  -- Every change of a row; what others look for.
  changed_at timestamptz not null default clock_timestamp()
);
-- Two jobs never work on one target at the same time.
create unique index jobs_running on streamgate.jobs (target) where state = 'running';
-- What is asked for twice is done once.
create unique index jobs_asked_for on streamgate.jobs (target, kind, coalesce(finding, ''))
  where state in ('waiting', 'running');
create index jobs_by_finding on streamgate.jobs (finding, id desc);
create index jobs_by_change on streamgate.jobs (changed_at);

-- Findings that watched processes tell live there alone; that one is not wanted is kept here.
create table streamgate.dismissals (
  target text not null,
  finding text not null,
  dismissed_by text not null,
  reason text,
  at timestamptz not null default now(),
  primary key (target, finding)
);

-- A run that looks at a few findings, or at a file of SQL, says nothing of those that it did not find.
alter table streamgate.runs add column is_whole boolean not null default true;
