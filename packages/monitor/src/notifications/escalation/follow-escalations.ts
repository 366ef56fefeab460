import type { IncidentNews } from "../../incidents/follow-incidents.ts";
import type { Incident } from "../../incidents/incident.ts";
import { addEvents, type NewEvent } from "../../incidents/store/events.ts";
import { saveIncident } from "../../incidents/store/incident-store.ts";
import type { Query } from "../leadership/term.ts";
import type { Outgoing } from "../queue/enqueue.ts";
import type { AlertDraft } from "../recording/alert-book.ts";
import type { RecordedAlert } from "../recording/recorded-alert.ts";
import { escalationNotification } from "./escalation-notification.ts";
import {
  activeEscalations,
  addEscalation,
  addTold,
  type EscalationRow,
  escalationsOf,
  saveEscalation,
} from "./escalation-store.ts";
import { beginEscalation, type EscalationStep, nextStep, type OnCallList } from "./next-step.ts";
import type { EscalationPolicy } from "./policy.ts";

export interface EscalationRules extends OnCallList {
  readonly policies: ReadonlyMap<string, EscalationPolicy>;
  /** The policy that the routes of an alert name. */
  policyOf(alert: RecordedAlert): string | undefined;
}

/** Brings escalations up to date: begins those of new incidents, tells the next level, ends those that are over. */
export async function followEscalations(
  query: Query,
  news: IncidentNews,
  draft: AlertDraft,
  rules: EscalationRules,
  nowMs: number,
): Promise<readonly Outgoing[]> {
  const alertsOf = (incident: string): readonly RecordedAlert[] =>
    draft.firing().filter((alert) => alert.incident === incident);
  for (const incident of news.incidents.values()) {
    if (incident.status === "resolved") continue;
    // An alert that joins later may be the first whose route names a policy.
    const isChanged = draft.changed().some((alert) => alert.incident === incident.id);
    if (!isChanged) continue;
    const policy = alertsOf(incident.id)
      .map((alert) => rules.policyOf(alert))
      .find((name) => name !== undefined);
    if (policy !== undefined) await addEscalation(query, incident.id, policy, nowMs);
  }
  await restart(query, news.worsened, nowMs);
  const outgoing: Outgoing[] = [];
  for (const row of await activeEscalations(query)) {
    const incident = news.incidents.get(row.incident);
    if (incident === undefined || incident.status === "resolved") {
      outgoing.push(...(await endEscalation(query, row, incident, nowMs)));
      continue;
    }
    const policy = rules.policies.get(row.policy);
    // While nothing fires any more nobody further is woken.
    if (policy === undefined || incident.quietSinceMs !== undefined) continue;
    const step = nextStep(policy, row, rules, nowMs);
    if (step.state === row) continue;
    outgoing.push(...(await takeStep(query, row, step, incident, alertsOf(row.incident), nowMs)));
  }
  return outgoing;
}

/** From level 1 again. */
async function restart(query: Query, incidents: readonly Incident[], nowMs: number): Promise<void> {
  const rows = await escalationsOf(
    query,
    incidents.map(({ id }) => id),
  );
  for (const row of rows)
    await saveEscalation(query, { ...row, ...beginEscalation(nowMs), run: row.run + 1 });
}

async function takeStep(
  query: Query,
  row: EscalationRow,
  step: EscalationStep,
  incident: Incident,
  alerts: readonly RecordedAlert[],
  nowMs: number,
): Promise<readonly Outgoing[]> {
  const now: Incident = step.isReopened ? { ...incident, status: "open" } : incident;
  if (step.isReopened) await saveIncident(query, now);
  const sequence = row.sequence + (step.tell.length > 0 ? 1 : 0);
  const run = step.isReopened ? row.run + 1 : row.run;
  const told = addTold(row.told, step.tell);
  await saveEscalation(query, { ...row, ...step.state, run, sequence, told });
  await addEvents(query, stepEvents(row, step, run, nowMs));
  return step.tell.map(({ channel, ...why }) => ({
    channel,
    content: escalationNotification(
      { ...row, sequence },
      now,
      alerts,
      { ...why, reason: "escalated" },
      nowMs,
    ),
  }));
}

function stepEvents(
  row: EscalationRow,
  step: EscalationStep,
  run: number,
  nowMs: number,
): readonly NewEvent[] {
  const place = `${run}:${row.round}:${row.nextLevel}`;
  const event = (kind: NewEvent["kind"], summary: string, key: string): NewEvent => ({
    incident: row.incident,
    atMs: nowMs,
    kind,
    summary,
    author: "",
    key,
  });
  const events = step.gaps.map((gap, index) =>
    event("nobody-on-call", gap, `gap:${place}:${index}`),
  );
  const [first] = step.tell;
  if (step.isReopened)
    events.push(event("unacknowledged", "The acknowledgement has run out", `ran-out:${run}`));
  if (first !== undefined) {
    const whom = step.tell.map(({ person, channel }) => person ?? channel).join(", ");
    const round = first.round > 1 ? `, round ${first.round}` : "";
    events.push(
      event(
        "escalated",
        `${row.policy}, level ${first.level}${round}: ${whom} asked`,
        `escalated:${place}`,
      ),
    );
  }
  if (step.state.state === "exhausted")
    events.push(
      event(
        "escalation-exhausted",
        `${row.policy}: everybody was asked and nobody acknowledged`,
        `exhausted:${run}`,
      ),
    );
  return events;
}

/** Everybody who was asked is told of the end. */
export async function endEscalation(
  query: Query,
  row: EscalationRow,
  incident: Incident | undefined,
  nowMs: number,
): Promise<readonly Outgoing[]> {
  const sequence = row.sequence + 1;
  await saveEscalation(query, { ...row, state: "ended", sequence });
  if (incident === undefined) return [];
  return row.told.map(({ channel, person }) => ({
    channel,
    content: escalationNotification(
      { ...row, sequence },
      incident,
      [],
      { reason: "resolved", level: row.nextLevel + 1, round: row.round, person },
      nowMs,
    ),
  }));
}
