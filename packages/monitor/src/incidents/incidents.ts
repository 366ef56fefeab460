import { randomUUID } from "node:crypto";
import type { Clock } from "@streamgate/core";
import type pg from "pg";
import { notFound } from "../notifications/errors.ts";
import { escalationNotification } from "../notifications/escalation/escalation-notification.ts";
import {
  type EscalationRow,
  escalationsOf,
  saveEscalation,
} from "../notifications/escalation/escalation-store.ts";
import { endEscalation } from "../notifications/escalation/follow-escalations.ts";
import { acknowledgeEscalation, beginEscalation } from "../notifications/escalation/next-step.ts";
import type { EscalationPolicy } from "../notifications/escalation/policy.ts";
import { type Query, transact } from "../notifications/leadership/term.ts";
import { rowId } from "../notifications/muting/silence-store.ts";
import { enqueue, type Outgoing } from "../notifications/queue/enqueue.ts";
import { alertsBegunBetween, alertsOfIncident } from "../notifications/recording/alert-store.ts";
import { rankCauses } from "./causes/rank-causes.ts";
import type { Change } from "./change.ts";
import { badIncidentText } from "./errors.ts";
import type { ActionItem, Incident, IncidentEvent, IncidentRecord } from "./incident.ts";
import { type PostMortemOptions, postMortem } from "./post-mortem.ts";
import { addChange, changesBetween, findChange, findingsBetween } from "./store/change-store.ts";
import { addEvents } from "./store/events.ts";
import {
  actionsOf,
  addAction,
  completeAction,
  eventsOf,
  findIncident,
  type IncidentFilter,
  listIncidents,
  saveIncident,
} from "./store/incident-store.ts";

export interface IncidentsOptions {
  readonly pool: pg.Pool;
  readonly clock: Clock;
  /** Those of the moment: they may be loaded anew. */
  readonly policies: () => ReadonlyMap<string, EscalationPolicy>;
  readonly giveUpAfterMs: () => number;
}

/** How long before an incident changes, alerts and findings may have to do with it. */
const BEFORE_MS = 6 * 3_600_000;
/** How long after its start an alert may still be one that explains it. */
const AFTER_MS = 60_000;
const MOST_TEXT = 10_000;
const NEWEST = String(Number.MAX_SAFE_INTEGER);

/**
 * Incidents for people: what is known of them, and what people do to them. Every instance serves them; each act is one
 * transaction, which takes its turn with the leader's.
 */
export class Incidents {
  readonly #options: IncidentsOptions;

  constructor(options: IncidentsOptions) {
    this.#options = options;
  }

  /** The latest first. @param beforeId of the last one of the page before */
  async list(
    limit = 50,
    beforeId: string = NEWEST,
    filter: IncidentFilter = {},
  ): Promise<readonly Incident[]> {
    const before = rowId("incident", beforeId);
    return this.#transact((query) => listIncidents(query, before, limit, filter));
  }

  /** All that is known of one. @throws StreamGateError `SG_MONITOR_NOT_FOUND` */
  async get(id: string): Promise<IncidentRecord> {
    return this.#transact(async (query) => {
      const incident = await found(query, id, "to-read");
      const fromMs = incident.startedAtMs - BEFORE_MS;
      const untilMs = incident.resolvedAtMs ?? this.#nowMs();
      const alerts = await alertsOfIncident(query, incident.id);
      const begun = await alertsBegunBetween(query, fromMs, incident.startedAtMs + AFTER_MS);
      const changes = await changesBetween(query, fromMs, untilMs);
      const findings = await findingsBetween(query, fromMs, untilMs);
      const otherAlerts = begun.filter((alert) => alert.incident !== incident.id);
      return {
        incident,
        alerts,
        timeline: inOrder(await eventsOf(query, incident.id), changes, incident),
        causes: rankCauses({ alerts, otherAlerts, changes, findings }),
        changes,
        actions: await actionsOf(query, incident.id),
      };
    });
  }

  /** Somebody takes care: nobody further is told. @throws StreamGateError `SG_MONITOR_NOT_FOUND` */
  async acknowledge(id: string, author: string): Promise<Incident> {
    return this.#act(id, author, async (query, incident, nowMs) => {
      if (incident.status !== "open") return incident;
      const now: Incident = {
        ...incident,
        status: "acknowledged",
        acknowledgedBy: author,
        acknowledgedAtMs: nowMs,
      };
      await this.#note(query, now, "acknowledged", `${author} takes care of it`, author, nowMs);
      await this.#followEscalation(query, now, "acknowledged", nowMs, (row) =>
        acknowledgeEscalation(this.#options.policies().get(row.policy), row, nowMs),
      );
      return now;
    });
  }

  /** Nobody takes care any more: the escalation begins anew. @throws StreamGateError `SG_MONITOR_NOT_FOUND` */
  async unacknowledge(id: string, author: string): Promise<Incident> {
    return this.#act(id, author, async (query, incident, nowMs) => {
      if (incident.status !== "acknowledged") return incident;
      const now: Incident = {
        ...incident,
        status: "open",
        acknowledgedBy: undefined,
        acknowledgedAtMs: undefined,
      };
      const summary = `${author} took the acknowledgement back`;
      await this.#note(query, now, "unacknowledged", summary, author, nowMs);
      await this.#followEscalation(query, now, "unacknowledged", nowMs, () =>
        beginEscalation(nowMs),
      );
      return now;
    });
  }

  /**
   * Somebody says that it is over. Alerts that go on firing stay as they are and belong to it; one that begins anew makes
   * a new incident.
   *
   * @throws StreamGateError `SG_MONITOR_NOT_FOUND`
   */
  async resolve(id: string, author: string): Promise<Incident> {
    return this.#act(id, author, async (query, incident, nowMs) => {
      if (incident.status === "resolved") return incident;
      const now: Incident = { ...incident, status: "resolved", resolvedAtMs: nowMs };
      await this.#note(query, now, "resolved", `${author} says that it is over`, author, nowMs);
      const [row] = await escalationsOf(query, [now.id]);
      if (row !== undefined)
        await this.#enqueue(query, await endEscalation(query, row, now, nowMs));
      return now;
    });
  }

  /** @throws StreamGateError `SG_MONITOR_NOT_FOUND`, `SG_MONITOR_BAD_INCIDENT_TEXT` */
  async addNote(id: string, author: string, text: string): Promise<void> {
    const summary = checkText("note", text);
    await this.#act(id, author, async (query, incident, nowMs) => {
      await this.#note(query, incident, "note", summary, author, nowMs);
      return incident;
    });
  }

  /** Something to be done so that it does not happen again. @throws StreamGateError `SG_MONITOR_NOT_FOUND` */
  async addAction(id: string, summary: string, owner = ""): Promise<ActionItem> {
    const text = checkText("action", summary);
    return this.#transact(async (query) => {
      const incident = await found(query, id, "to-read");
      return addAction(query, incident.id, text, owner.slice(0, 200));
    });
  }

  /** @throws StreamGateError `SG_MONITOR_NOT_FOUND` */
  async completeAction(actionId: string): Promise<ActionItem> {
    return this.#transact(async (query) => {
      const action = await completeAction(query, rowId("action", actionId));
      if (action === undefined) throw notFound("action", actionId);
      return action;
    });
  }

  /** Something that was done to a watched service; one with a known id counts once. Whether it is new. */
  async recordChange(change: Change): Promise<boolean> {
    return this.#transact((query) => addChange(query, change));
  }

  /** One change; undefined where there is none of that id. */
  async change(id: string): Promise<Change | undefined> {
    return this.#transact((query) => findChange(query, id));
  }

  /** In the order of time; the latest 500 of them. */
  async changes(fromMs: number, toMs: number): Promise<readonly Change[]> {
    return this.#transact((query) => changesBetween(query, fromMs, toMs));
  }

  /** The incident as a document for whoever learns from it, in Markdown. @throws StreamGateError `SG_MONITOR_NOT_FOUND` */
  async postMortem(id: string, options: PostMortemOptions = {}): Promise<string> {
    return postMortem(await this.get(id), this.#nowMs(), options);
  }

  async #act(
    id: string,
    author: string,
    work: (query: Query, incident: Incident, nowMs: number) => Promise<Incident>,
  ): Promise<Incident> {
    checkText("author", author);
    return this.#transact(async (query) => {
      const before = await found(query, id, "to-change");
      const after = await work(query, before, this.#nowMs());
      if (after !== before) await saveIncident(query, after);
      return after;
    });
  }

  /** Changes where the escalation stands, and tells everybody who was asked. */
  async #followEscalation(
    query: Query,
    incident: Incident,
    reason: "acknowledged" | "unacknowledged",
    nowMs: number,
    next: (row: EscalationRow) => Partial<EscalationRow>,
  ): Promise<void> {
    const [row] = await escalationsOf(query, [incident.id]);
    if (row === undefined) return;
    const isAnew = reason === "unacknowledged";
    const now: EscalationRow = {
      ...row,
      ...next(row),
      run: isAnew ? row.run + 1 : row.run,
      // Beginning anew tells the first level itself.
      sequence: isAnew ? row.sequence : row.sequence + 1,
    };
    await saveEscalation(query, now);
    if (isAnew) return;
    const alerts = await alertsOfIncident(query, incident.id);
    const told = row.told.map(({ channel, person }): Outgoing => {
      const why = { reason, level: row.nextLevel + 1, round: row.round, person };
      return { channel, content: escalationNotification(now, incident, alerts, why, nowMs) };
    });
    await this.#enqueue(query, told);
  }

  async #note(
    query: Query,
    { id }: Incident,
    kind: IncidentEvent["kind"],
    summary: string,
    author: string,
    atMs: number,
  ): Promise<void> {
    await addEvents(query, [{ incident: id, atMs, kind, summary, author, key: randomUUID() }]);
  }

  async #enqueue(query: Query, outgoing: readonly Outgoing[]): Promise<void> {
    await enqueue(query, outgoing, this.#options.giveUpAfterMs());
  }

  async #transact<Result>(work: (query: Query) => Promise<Result>): Promise<Result> {
    return transact(this.#options.pool, work);
  }

  #nowMs(): number {
    return this.#options.clock.now().getTime();
  }
}

async function found(query: Query, id: string, lock: "to-change" | "to-read"): Promise<Incident> {
  const incident = await findIncident(query, rowId("incident", id), lock);
  if (incident === undefined) throw notFound("incident", id);
  return incident;
}

/** Events and those changes that may have to do with it, in the order of time. */
function inOrder(
  events: readonly IncidentEvent[],
  changes: readonly Change[],
  { service }: Incident,
): readonly IncidentEvent[] {
  const near = changes.filter(({ labels }) => (labels.service ?? service) === service);
  const told = near.map(
    ({ atMs, kind, summary }): IncidentEvent => ({
      atMs,
      kind: "change",
      summary: `${kind}: ${summary}`,
      author: "",
    }),
  );
  return [...events, ...told].sort((left, right) => left.atMs - right.atMs);
}

function checkText(what: string, text: string): string {
  const clean = text.replaceAll("\0", "").trim();
  if (clean === "" || clean.length > MOST_TEXT)
    throw badIncidentText(what, clean.length, MOST_TEXT);
  return clean;
}
