import { badNotificationOption } from "../errors.ts";
import type { Rota } from "../on-call/rota.ts";

/** Who is told: whoever a rota names, a person, or a channel that no person stands behind. */
export type EscalationTarget =
  | { readonly rota: string }
  | { readonly person: string }
  | { readonly channel: string };

export interface EscalationLevel {
  readonly targets: readonly EscalationTarget[];
  /** How long the level has to acknowledge before the next is told. @default 5 minutes */
  readonly answerWithinMs?: number;
}

/** Who is told of an incident, and who next while nobody acknowledges it. */
export interface EscalationPolicy {
  readonly name: string;
  readonly levels: readonly EscalationLevel[];
  /** How often all levels are gone through again after the first time. @default 2 */
  readonly repeats?: number;
  /** An acknowledged incident that is not resolved for so long goes on from level 1. @default never */
  readonly acknowledgedForMs?: number;
  /** Channels that are told where a level finds nobody: a rota without anybody on call. */
  readonly whenNobody?: readonly string[];
}

/** Somebody who can be told. */
export interface Person {
  readonly name: string;
  /** Names of channels. */
  readonly channels: readonly string[];
}

export const ANSWER_WITHIN_MS: number = 5 * 60_000;
export const DEFAULT_REPEATS = 2;

/** @throws StreamGateError `SG_MONITOR_BAD_NOTIFICATION_OPTION` where a name leads nowhere */
export function checkPolicy(
  policy: EscalationPolicy,
  known: {
    readonly rotas: ReadonlyMap<string, Rota>;
    readonly people: ReadonlyMap<string, Person>;
    readonly channels: ReadonlySet<string>;
  },
): void {
  const place = `escalation ${policy.name}`;
  if (policy.levels.length === 0)
    throw badNotificationOption(`${place}.levels`, "none", "at least one level");
  for (const { targets, answerWithinMs } of policy.levels) {
    if (targets.length === 0)
      throw badNotificationOption(`${place}.targets`, "none", "at least one target a level");
    if (answerWithinMs !== undefined && !(answerWithinMs >= 1_000))
      throw badNotificationOption(`${place}.answerWithinMs`, answerWithinMs, "at least 1000 ms");
    for (const target of targets) checkTarget(place, target, known);
  }
  for (const channel of policy.whenNobody ?? [])
    if (!known.channels.has(channel))
      throw badNotificationOption(`${place}.whenNobody`, channel, "the name of a channel");
}

function checkTarget(
  place: string,
  target: EscalationTarget,
  { rotas, people, channels }: Parameters<typeof checkPolicy>[1],
): void {
  if ("rota" in target && !rotas.has(target.rota))
    throw badNotificationOption(`${place}.rota`, target.rota, "the name of a rota");
  if ("person" in target && !people.has(target.person))
    throw badNotificationOption(`${place}.person`, target.person, "the name of a person");
  if ("channel" in target && !channels.has(target.channel))
    throw badNotificationOption(`${place}.channel`, target.channel, "the name of a channel");
}
