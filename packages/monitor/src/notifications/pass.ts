import type { AlertTransition } from "../alerts/transition.ts";
import type { IncidentLimits } from "../incidents/assign-incidents.ts";
import { followIncidents, type IncidentNews } from "../incidents/follow-incidents.ts";
import { type EscalationRules, followEscalations } from "./escalation/follow-escalations.ts";
import { hastenAllGroups, nextDueMs } from "./grouping/group-store.ts";
import { joinAlerts } from "./grouping/join-alerts.ts";
import { type TellingRules, tellGroups } from "./grouping/tell-groups.ts";
import type { Query } from "./leadership/term.ts";
import type { Inhibitor } from "./muting/inhibition.ts";
import type { Maintenance } from "./muting/maintenance-window.ts";
import { mutesAt } from "./muting/muting.ts";
import type { Silence } from "./muting/silence.ts";
import { SILENCES_UNTIL } from "./muting/silence-store.ts";
import { enqueue } from "./queue/enqueue.ts";
import type { AlertDraft } from "./recording/alert-book.ts";
import { logTransitions, saveAlerts } from "./recording/alert-store.ts";

/** All that decides what follows an alert, made from the options once. */
export interface AlertingRules {
  readonly telling: TellingRules;
  readonly inhibitor: Inhibitor;
  readonly maintenance: readonly Maintenance[];
  readonly escalation: EscalationRules;
  readonly incidents: IncidentLimits;
  /** A notification that could not be sent for so long is given up. */
  readonly giveUpAfterMs: number;
}

/** What a pass did. */
export interface PassResult {
  readonly recorded: readonly AlertTransition[];
  readonly enqueued: number;
  readonly incidents: IncidentNews;
  /** When the next group is due; undefined where none is. */
  readonly nextDueMs: number | undefined;
}

/**
 * One look at everything, in one transaction: what changed is recorded, put into its incident and its groups, and
 * what is due is put into the queue. Either all of it happened or nothing did, so it can be done again.
 *
 * @param startsAnew everything is looked at, not only what is due: a term began, or a clock was set back
 */
export async function makePass(
  query: Query,
  term: number,
  draft: AlertDraft,
  transitions: readonly AlertTransition[],
  rules: AlertingRules,
  nowMs: number,
  startsAnew: boolean,
): Promise<PassResult> {
  const recorded = draft.merge(transitions);
  const silences = await query<Silence>(SILENCES_UNTIL, [nowMs]);
  const firing = draft.firing();
  const muteOf = mutesAt(nowMs, firing, { ...rules, silences });
  const news = await followIncidents(query, draft, recorded, muteOf, rules.incidents, nowMs);
  await saveAlerts(query, draft.changed());
  await logTransitions(query, recorded, term);
  if (startsAnew) await hastenAllGroups(query, nowMs);
  const changed = startsAnew ? draft.firing() : changedBy(recorded, draft);
  await joinAlerts(query, changed, rules.telling.router, nowMs);
  const outgoing = [
    ...(await tellGroups(query, draft, muteOf, news.incidents, rules.telling, nowMs)),
    ...(await followEscalations(query, news, draft, rules.escalation, nowMs)),
  ];
  await enqueue(query, outgoing, rules.giveUpAfterMs);
  return {
    recorded,
    enqueued: outgoing.length,
    incidents: news,
    nextDueMs: await nextDueMs(query),
  };
}

function changedBy(
  recorded: readonly AlertTransition[],
  draft: AlertDraft,
): ReturnType<AlertDraft["changed"]> {
  const ids = new Set(recorded.map(({ alertId }) => alertId));
  return [...ids].flatMap((id) => draft.get(id) ?? []);
}
