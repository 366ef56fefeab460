import type { Incident } from "../../incidents/incident.ts";
import type { Query } from "../leadership/term.ts";
import type { MuteOf } from "../muting/muting.ts";
import type { NotifiedIncident } from "../notification.ts";
import type { Outgoing } from "../queue/enqueue.ts";
import type { AlertDraft } from "../recording/alert-book.ts";
import type { RecordedAlert } from "../recording/recorded-alert.ts";
import type { ResolvedRoute, Router } from "../routing/route.ts";
import { composeNotification, threadOf } from "./compose-notification.ts";
import { decideGroup, type GroupMember, type GroupNews, worstSeverity } from "./decide-group.ts";
import { dueGroups, type GroupRow, type MemberRow, saveGroup } from "./group-store.ts";

export interface TellingRules {
  readonly router: Router;
  /** The channels that are to tell some alerts, of those that a route names. */
  channelsFor(named: readonly string[], alerts: readonly RecordedAlert[]): readonly string[];
}

/** A group whose route is gone, as the configuration was changed, is told of its end and of nothing else. */
const ORPHAN: Pick<ResolvedRoute, "groupIntervalMs" | "repeatIntervalMs" | "tellsResolved"> = {
  groupIntervalMs: Number.MAX_SAFE_INTEGER / 4,
  repeatIntervalMs: Number.MAX_SAFE_INTEGER / 4,
  tellsResolved: true,
};

/** Looks at every group whose time has come, and returns what is to be told. */
export async function tellGroups(
  query: Query,
  draft: AlertDraft,
  muteOf: MuteOf,
  incidents: ReadonlyMap<string, Incident>,
  rules: TellingRules,
  nowMs: number,
): Promise<readonly Outgoing[]> {
  const outgoing: Outgoing[] = [];
  for (const { group, members } of await dueGroups(query, nowMs)) {
    const route = rules.router.routes.get(group.route);
    const present = members.flatMap((member) => memberOf(member, draft, muteOf));
    // A time that lies ahead was written before the clock was set back.
    const notifiedAtMs = group.notifiedAtMs === null ? null : Math.min(group.notifiedAtMs, nowMs);
    const decision = decideGroup(
      route ?? ORPHAN,
      {
        notifiedAtMs: notifiedAtMs ?? undefined,
        toldSeverity: group.toldSeverity ?? undefined,
      },
      present,
      nowMs,
    );
    const { news } = decision;
    const gone = members.filter(({ alertId }) => draft.get(alertId) === undefined);
    const channels = news === undefined ? [] : channelsOf(group, route, news, rules);
    const sequence = group.sequence + (news === undefined ? 0 : 1);
    await saveGroup(query, {
      key: group.key,
      nextDueMs: decision.nextDueMs,
      notifiedAtMs: news === undefined ? notifiedAtMs : nowMs,
      toldSeverity: news === undefined ? group.toldSeverity : (worstSeverity(news.firing) ?? null),
      toldChannels: news === undefined ? group.toldChannels : channels,
      sequence,
      told: decision.told,
      left: [...decision.left, ...gone],
    });
    if (news === undefined) continue;
    const content = composeNotification(
      {
        thread: threadOf(group.key, group.openedAtMs),
        sequence,
        labels: group.labels,
        toldSeverity: group.toldSeverity ?? undefined,
        incident: incidentOf(news, incidents),
      },
      news,
      nowMs,
    );
    outgoing.push(...channels.map((channel) => ({ channel, content })));
  }
  return outgoing;
}

function memberOf(
  { alertId, toldStartedAtMs }: MemberRow,
  draft: AlertDraft,
  muteOf: MuteOf,
): readonly GroupMember[] {
  const alert = draft.get(alertId);
  if (alert === undefined) return [];
  const mute = alert.state === "firing" ? muteOf(alert) : undefined;
  return [
    {
      alert,
      toldStartedAtMs: toldStartedAtMs ?? undefined,
      mutedBy: mute === undefined ? undefined : `${mute.kind} ${mute.name}`,
    },
  ];
}

/** Whoever was told of the beginning is told of the end, whatever the routes say by now. */
function channelsOf(
  group: GroupRow,
  route: ResolvedRoute | undefined,
  news: GroupNews,
  rules: TellingRules,
): readonly string[] {
  const named = rules.channelsFor(route?.channels ?? [], news.firing);
  return [...new Set([...group.toldChannels, ...(news.firing.length > 0 ? named : [])])];
}

function incidentOf(
  news: GroupNews,
  incidents: ReadonlyMap<string, Incident>,
): NotifiedIncident | undefined {
  const [incident] = [...news.firing, ...news.resolved].flatMap(
    (alert) => incidents.get(alert.incident ?? "") ?? [],
  );
  if (incident === undefined) return undefined;
  return { id: incident.id, title: incident.title, startedAtMs: incident.startedAtMs };
}
