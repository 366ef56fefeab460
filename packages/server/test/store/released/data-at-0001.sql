-- What a store of the version that ends with migration 0001 holds after a turn: found, proven, applied, verified, noted.
insert into streamgate.runs (target, connection, goal, started_at, ended_at, outcome, report) values
  ('db:5432/shop', 'app@db:5432/shop', 'verify', '2026-01-01Z', '2026-01-01 00:10Z', 'finished', '{"warnings": []}'),
  ('db:5432/shop', 'app@db:5432/shop', 'prove', '2026-01-02Z', null, null, null);
insert into streamgate.findings (target, id, kind, severity, object, summary, saved_ms_per_hour, state, state_since, first_run, last_run, document) values
  ('db:5432/shop', 'f1', 'missing-index', 'high', 'public.orders', 'orders are read in full', 1234.5, 'verified', '2026-01-01 00:09Z', 1, 2,
   '{"id": "f1", "kind": "missing-index", "severity": "high", "subject": {"database": "shop", "object": "public.orders"}, "summary": "orders are read in full", "evidence": [], "remedy": "create an index"}');
insert into streamgate.proofs (run, target, finding, at, verdict, document) values (1, 'db:5432/shop', 'f1', '2026-01-01 00:05Z', 'faster', '{"verdict": "faster"}');
insert into streamgate.applications (run, target, finding, direction, reason, fix, started_at, ended_at, outcome, document) values
  (1, 'db:5432/shop', 'f1', 'apply', 'proven', '{"steps": []}', '2026-01-01 00:06Z', '2026-01-01 00:07Z', 'done', '{"steps": []}'),
  (2, 'db:5432/shop', 'f1', 'revert', 'asked for', '{"steps": []}', '2026-01-02 00:06Z', null, null, null);
insert into streamgate.verifications (run, target, finding, at, verdict, document) values (1, 'db:5432/shop', 'f1', '2026-01-01 00:09Z', 'better', '{"verdict": "better"}');
insert into streamgate.audit_log (at, actor, act, target, finding, run, details) values
  ('2026-01-01 00:06Z', 'ann on desk', 'apply', 'db:5432/shop', 'f1', 1, '{"step": "create index"}');
