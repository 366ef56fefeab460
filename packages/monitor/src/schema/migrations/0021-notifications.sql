-- Alerts that are told together.
create table streamgate_monitor.notification_groups (
  group_key text primary key,
  route text not null,
  labels jsonb not null,
  -- Holds what came when the route had as many groups as it may have.
  is_overflow boolean not null,
  opened_at_ms bigint not null,
  -- When it is looked at next.
  due_at_ms bigint not null,
  notified_at_ms bigint,
  -- The most severe that was firing when it was told last; null where all was resolved.
  told_severity text,
  -- Whom it was told: they are told of its end, whatever the routes say by then.
  told_channels jsonb not null default '[]',
  sequence integer not null default 0
) with (fillfactor = 70);
create index notification_groups_due on streamgate_monitor.notification_groups (due_at_ms);
create index notification_groups_by_route on streamgate_monitor.notification_groups (route);

create table streamgate_monitor.group_members (
  group_key text not null references streamgate_monitor.notification_groups on delete cascade,
  alert_id text not null,
  -- Which stretch of firing was told; null where none.
  told_started_at_ms bigint,
  primary key (group_key, alert_id)
);
create index group_members_by_alert on streamgate_monitor.group_members (alert_id);

-- The queue: what is to be sent, is being sent, was sent, or could not be sent.
create table streamgate_monitor.notifications (
  id bigint generated always as identity primary key,
  key text not null unique,
  channel text not null,
  thread text not null,
  content jsonb not null,
  state text not null default 'waiting' check (state in ('waiting', 'sending', 'delivered', 'dead')),
  attempts integer not null default 0,
  created_at_ms bigint not null,
  not_before_ms bigint not null,
  give_up_at_ms bigint not null,
  -- Since when the receiver refuses it, where it does.
  refused_since_ms bigint,
  -- Who sends it: void once another term began or its time is over.
  lease_term bigint,
  lease_until_ms bigint,
  last_error text,
  receipt text,
  ended_at_ms bigint
) with (fillfactor = 70);
create index notifications_open on streamgate_monitor.notifications (channel, thread, id)
  where state in ('waiting', 'sending');
create index notifications_dead on streamgate_monitor.notifications (id) where state = 'dead';
create index notifications_ended on streamgate_monitor.notifications (ended_at_ms) where ended_at_ms is not null;

create table streamgate_monitor.silences (
  id bigint generated always as identity primary key,
  matchers jsonb not null,
  from_ms bigint not null,
  to_ms bigint not null,
  author text not null,
  comment text not null,
  created_at_ms bigint not null
);
create index silences_by_end on streamgate_monitor.silences (to_ms);
