import { randomUUID } from "node:crypto";
import type { AlertOperations, EscalationView, IncidentSummary } from "@streamgate/contract";
import type { Monitor } from "@streamgate/monitor";
import { auditIn } from "../../access/audit.ts";
import { AlertActs } from "../../alerting/alert-acts.ts";
import { type StandingAlerts, selectAlerts } from "../../alerting/alert-view.ts";
import { readEscalation } from "../../alerting/escalation-view.ts";
import { pageOfIncidents } from "../../alerting/incident-pages.ts";
import { changeView, incidentView } from "../../alerting/incident-view.ts";
import { ReplayTurn, replayRules, rulesToReplay } from "../../alerting/replay-rules.ts";
import { ruleViews } from "../../alerting/rule-view.ts";
import { silencedAt, silenceView } from "../../alerting/silence-view.ts";
import type { Platform } from "../../platform/platform.ts";
import { readRange } from "../../ranges/read-range.ts";
import { authorOf } from "../author.ts";
import type { Handlers } from "../handlers.ts";
import { unavailable } from "../refusal.ts";

/** Silences that ended lately are shown still: somebody wonders why it was quiet. */
const SILENCES_SHOWN_MS = 24 * 3_600_000;

export function alertsHandlers(platform: Platform): Pick<Handlers, keyof AlertOperations> {
  const acts = new AlertActs(platform);
  const replayTurn = new ReplayTurn();
  const nowMs = (): number => platform.clock.now().getTime();
  const monitor = (): Monitor => platform.monitor();
  const audit = auditIn(platform.store);
  const noted = async (
    call: Parameters<typeof audit>[0],
    act: string,
    acting: Promise<IncidentSummary>,
  ): Promise<IncidentSummary> => {
    const incident = await acting;
    await audit(call, act, `incident ${incident.id}`);
    return incident;
  };
  const standing = async (): Promise<StandingAlerts> => ({
    firing: await monitor().alerts(),
    pending: monitor().pending(),
  });
  const silenced = async (): Promise<ReturnType<typeof silencedAt>> =>
    silencedAt(await monitor().silences.list(), nowMs());
  const escalation = (): Promise<EscalationView> =>
    readEscalation(monitor(), platform.configuration().watch.alerting);

  return {
    listAlerts: async ({ query }) => {
      const [alerts, isSilenced] = await Promise.all([standing(), silenced()]);
      return { items: selectAlerts(alerts, query, isSilenced) };
    },
    listRules: async () => ({
      items: ruleViews(platform.configuration().watch.rules, await standing()),
    }),
    replayRules: async ({ body, signal }) => {
      const { history } = monitor();
      if (history === undefined)
        throw unavailable(
          "no history is kept, and there is nothing to replay",
          "leave history: false out of the watch file",
        );
      const rules = rulesToReplay(platform.configuration().watch.rules, body);
      const range = await readRange(platform, body);
      return replayTurn.take(() => replayRules(rules, history, range, signal));
    },
    listSilences: async () => {
      const silences = await monitor().silences.list(nowMs() - SILENCES_SHOWN_MS);
      return { items: silences.map((silence) => silenceView(silence, nowMs())).reverse() };
    },
    createSilence: async (call) => {
      const silence = await acts.silence(call.body, authorOf(call));
      const { id, conditions, to, comment } = silence;
      await audit(call, "silence alerts", `silence ${id}`, { conditions, to, comment });
      return silence;
    },
    endSilence: async (call) => {
      const silence = await acts.endSilence(call.parameters.id);
      await audit(call, "end a silence", `silence ${silence.id}`);
      return silence;
    },
    listIncidents: ({ query }) => pageOfIncidents(monitor().incidents, query),
    getIncident: async ({ parameters }) => {
      const [record, isSilenced] = await Promise.all([
        monitor().incidents.get(parameters.id),
        silenced(),
      ]);
      return incidentView(record, isSilenced);
    },
    acknowledgeIncident: (call) =>
      noted(call, "acknowledge an incident", acts.acknowledge(call.parameters.id, authorOf(call))),
    unacknowledgeIncident: (call) =>
      noted(
        call,
        "unacknowledge an incident",
        acts.unacknowledge(call.parameters.id, authorOf(call)),
      ),
    resolveIncident: (call) =>
      noted(call, "resolve an incident", acts.resolve(call.parameters.id, authorOf(call))),
    addIncidentNote: (call) =>
      noted(call, "note on an incident", acts.note(call.parameters.id, call.body, authorOf(call))),
    addIncidentAction: (call) =>
      noted(call, "add an action to an incident", acts.addAction(call.parameters.id, call.body)),
    completeIncidentAction: (call) => {
      const { id, action } = call.parameters;
      return noted(call, "complete an action of an incident", acts.completeAction(id, action));
    },
    getPostMortem: async ({ parameters }) => ({
      markdown: await monitor().incidents.postMortem(parameters.id),
    }),
    getEscalation: escalation,
    redeliverLetter: async (call) => {
      await acts.redeliver(call.parameters.id);
      await audit(call, "send a notification again", `letter ${call.parameters.id}`);
      return escalation();
    },
    listChanges: async ({ query }) => {
      const { fromMs, toMs } = await readRange(platform, query);
      const changes = await monitor().incidents.changes(fromMs, toMs);
      const { service } = query;
      // A change that names no service may concern every one.
      const wanted = changes.filter(
        ({ labels }) => service === undefined || (labels.service ?? service) === service,
      );
      return { items: wanted.map(changeView).reverse() };
    },
    recordChange: async (call) => {
      const change = await acts.recordChange(call.body, `told:${randomUUID()}`);
      const { id, kind, at, summary } = change;
      await audit(call, "tell of a change", `change ${id}`, { kind, at, summary });
      return change;
    },
  };
}
