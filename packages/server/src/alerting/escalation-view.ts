import type { EscalationView } from "@streamgate/contract";
import {
  type AlertingOptions,
  ANSWER_WITHIN_MS,
  DEFAULT_REPEATS,
  type DeadLetter,
  type EscalationTarget,
  type Monitor,
} from "@streamgate/monitor";
import { instantOf } from "../ranges/time-range.ts";
import { redact } from "../secrets/redact.ts";
import { instantOrNull } from "./instant.ts";

/** Who is told of what, who is on call, and what could not be told. */
export async function readEscalation(
  monitor: Pick<Monitor, "letters" | "onCall">,
  { escalations = [], channels = [] }: AlertingOptions,
): Promise<EscalationView> {
  const [backlog, dead] = await Promise.all([monitor.letters.backlog(), monitor.letters.dead()]);
  return {
    policies: escalations.map(({ name, levels, repeats = DEFAULT_REPEATS }) => ({
      name,
      levels: levels.map(({ targets, answerWithinMs = ANSWER_WITHIN_MS }) => ({
        targets: targets.map(targetText),
        answerWithinMs,
      })),
      repeats,
    })),
    onCall: Object.entries(monitor.onCall()).map(([rota, { person, untilMs, isOverride }]) => ({
      rota,
      person: person ?? null,
      until: instantOrNull(untilMs),
      isOverride,
    })),
    channels: channels.map(({ name }) => name),
    waiting: backlog.reduce((sum, { waiting }) => sum + waiting, 0),
    dead: dead.map(letterView),
  };
}

function targetText(target: EscalationTarget): string {
  if ("rota" in target) return `rota ${target.rota}`;
  return "person" in target ? `person ${target.person}` : `channel ${target.channel}`;
}

/** What a channel's server answered may hold the address that it was asked by. */
function letterView({
  id,
  channel,
  endedAtMs,
  lastError,
}: DeadLetter): EscalationView["dead"][number] {
  return { id, channel, at: instantOf(endedAtMs), reason: redact(lastError) };
}
