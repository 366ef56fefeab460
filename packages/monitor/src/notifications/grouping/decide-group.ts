import { SEVERITIES, type Severity } from "@streamgate/core";
import type { NotificationReason } from "../notification.ts";
import type { RecordedAlert } from "../recording/recorded-alert.ts";
import type { ResolvedRoute } from "../routing/route.ts";

/** One alert of a group. */
export interface GroupMember {
  readonly alert: RecordedAlert;
  /** Which stretch of firing was told, by its beginning; undefined: none. */
  readonly toldStartedAtMs: number | undefined;
  /** Why it must not be told now; undefined: it may. */
  readonly mutedBy: string | undefined;
}

/** What was told of a group so far. */
export interface GroupHistory {
  readonly notifiedAtMs: number | undefined;
  /** The most severe that was firing when it was told last; undefined where nothing was. */
  readonly toldSeverity: Severity | undefined;
}

/** What is to be told now. */
export interface GroupNews {
  readonly reason: NotificationReason;
  readonly firing: readonly RecordedAlert[];
  readonly resolved: readonly RecordedAlert[];
}

export interface GroupDecision {
  /** Undefined: nothing is told now. */
  readonly news: GroupNews | undefined;
  /** Stretches of firing that count as told from now on. */
  readonly told: readonly RecordedAlert[];
  /** Members that are done with. */
  readonly left: readonly RecordedAlert[];
  /** When to look again; undefined: the group is over. */
  readonly nextDueMs: number | undefined;
}

/** How soon a group looks again whether an alert that may not be told may be told by now. */
const MUTED_RECHECK_MS = 2_000;

/**
 * What to tell of a group, as Alertmanager does it, with two differences: what is worse than all that was told, and the
 * end of everything, do not wait for the interval; and the end of what was told is told even where it is silenced by
 * then, so that nothing stays open with the receiver.
 */
export function decideGroup(
  route: Pick<ResolvedRoute, "groupIntervalMs" | "repeatIntervalMs" | "tellsResolved">,
  history: GroupHistory,
  members: readonly GroupMember[],
  nowMs: number,
): GroupDecision {
  const firing = members.filter(({ alert }) => alert.state === "firing");
  const speaking = firing.filter(({ mutedBy }) => mutedBy === undefined);
  const isTold = ({ alert, toldStartedAtMs }: GroupMember): boolean =>
    toldStartedAtMs === alert.startedAtMs;
  const fresh = speaking.filter((member) => !isTold(member));
  const standing = firing.filter(isTold);
  const ended = members.filter(({ alert }) => alert.state === "resolved");
  const endedTold = route.tellsResolved
    ? ended.filter(({ toldStartedAtMs }) => toldStartedAtMs !== undefined)
    : [];
  const alertsOf = (some: readonly GroupMember[]): readonly RecordedAlert[] =>
    some.map(({ alert }) => alert);

  const isQuiet = fresh.length === 0 && endedTold.length === 0;
  const isAllOver = fresh.length === 0 && standing.length === 0;
  const decide = (reason: NotificationReason): GroupDecision => ({
    news: {
      reason,
      firing: alertsOf(worstFirst([...fresh, ...standing.filter((member) => !member.mutedBy)])),
      resolved: alertsOf(worstFirst(endedTold)),
    },
    told: alertsOf(fresh),
    left: alertsOf(ended),
    nextDueMs: nextDue(nowMs),
  });
  const nextDue = (notifiedAtMs: number | undefined): number | undefined => {
    if (firing.length === 0) return undefined;
    const hasMuted = firing.length > standing.length + fresh.length;
    const repeatAtMs = (notifiedAtMs ?? nowMs) + route.repeatIntervalMs;
    return hasMuted ? nowMs + MUTED_RECHECK_MS : Math.max(repeatAtMs, nowMs + MUTED_RECHECK_MS);
  };
  const wait = (dueMs: number | undefined): GroupDecision => ({
    news: undefined,
    told: [],
    left:
      dueMs === undefined ? alertsOf(ended) : alertsOf(ended.filter((member) => !isOwed(member))),
    nextDueMs: dueMs,
  });
  const isOwed = (member: GroupMember): boolean => endedTold.includes(member);

  if (isQuiet) {
    const speakingStanding = standing.some(({ mutedBy }) => mutedBy === undefined);
    const isDue =
      history.notifiedAtMs !== undefined && nowMs >= history.notifiedAtMs + route.repeatIntervalMs;
    return isDue && speakingStanding ? decide("repeated") : wait(nextDue(history.notifiedAtMs));
  }
  if (isAllOver) return decide("resolved");
  const mayTellAtMs = (history.notifiedAtMs ?? Number.NEGATIVE_INFINITY) + route.groupIntervalMs;
  // A time of telling that lies ahead means that the clock was set back.
  const mustWait = nowMs < mayTellAtMs && (history.notifiedAtMs ?? 0) <= nowMs;
  if (mustWait && !isWorse(fresh, history.toldSeverity)) return wait(mayTellAtMs);
  return decide(history.toldSeverity === undefined ? "new" : "changed");
}

/** The most severe of some alerts; undefined for none. */
export function worstSeverity(alerts: readonly RecordedAlert[]): Severity | undefined {
  const ranks = alerts.map(({ severity }) => SEVERITIES.indexOf(severity));
  return ranks.length === 0 ? undefined : SEVERITIES[Math.max(...ranks)];
}

function isWorse(fresh: readonly GroupMember[], told: Severity | undefined): boolean {
  const worst = worstSeverity(fresh.map(({ alert }) => alert));
  if (worst === undefined) return false;
  return told === undefined || SEVERITIES.indexOf(worst) > SEVERITIES.indexOf(told);
}

function worstFirst(members: readonly GroupMember[]): readonly GroupMember[] {
  return [...members].sort(
    ({ alert: left }, { alert: right }) =>
      SEVERITIES.indexOf(right.severity) - SEVERITIES.indexOf(left.severity) ||
      left.startedAtMs - right.startedAtMs,
  );
}
