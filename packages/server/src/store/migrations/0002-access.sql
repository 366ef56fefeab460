-- Who may ask. A token's secret is kept only as a hash; the row of a revoked token stays, without its hash.
create table streamgate.tokens (
  id text primary key,
  name text not null,
  scopes text[] not null,
  hash text not null,
  -- After a rotation: the secret before, and until when it is good.
  old_hash text,
  old_until timestamptz,
  created_at timestamptz not null,
  created_by text not null,
  expires_at timestamptz,
  revoked_at timestamptz,
  -- Noted now and then, not with each use.
  last_used_at timestamptz,
  -- The token that `streamgate serve` makes in an empty store, and whether a person has been told it.
  is_first boolean not null default false,
  told_at timestamptz
);
-- There is only ever one first token, whoever makes it.
create unique index tokens_first on streamgate.tokens (is_first) where is_first;

-- A browser that has signed in, by a token or as a person; its secret is in the browser's cookie.
create table streamgate.sessions (
  -- SHA-256 of the secret, which is random enough for that.
  hash bytea primary key,
  token text references streamgate.tokens on delete cascade,
  person text,
  created_at timestamptz not null,
  seen_at timestamptz not null,
  expires_at timestamptz not null,
  check ((token is null) <> (person is null))
);
create index sessions_by_token on streamgate.sessions (token, created_at desc) where token is not null;
create index sessions_by_person on streamgate.sessions (person, created_at desc) where person is not null;
create index sessions_by_expiry on streamgate.sessions (expires_at);

create index audit_log_by_actor on streamgate.audit_log (actor, id desc);
create index audit_log_by_act on streamgate.audit_log (act, id desc);
