import type { ReplayRequest, ReplayView } from "@streamgate/contract";
import {
  type AlertTransition,
  type Rule,
  replay,
  rulesFrom,
  type SeriesReader,
} from "@streamgate/monitor";
import { badRequest, notFound, unavailable } from "../api/refusal.ts";
import { instantOf, type TimeRange } from "../ranges/time-range.ts";

const LONGEST_RANGE_MS = 31 * 86_400_000;
const LONGEST_WORK_MS = 20_000;
const MOST_EXAMPLES = 10;

/** The rules that a request is about: those in force or those that it brings, all of them or one. @throws ApiRefusal 400, 404 */
export function rulesToReplay(
  inForce: readonly Rule[],
  { rule: name, rules }: Pick<ReplayRequest, "rule" | "rules">,
): readonly Rule[] {
  const given = rules === undefined ? inForce : rulesFrom(rules);
  if (name === undefined) return given;
  const one = given.find((rule) => rule.name === name);
  if (one === undefined) throw notFound("rule", name);
  return [one];
}

/**
 * What rules would have said over a stretch of the past, one after the other.
 *
 * @throws ApiRefusal 400 where the stretch or the work is too long
 */
export async function replayRules(
  rules: readonly Rule[],
  reader: SeriesReader,
  { fromMs, toMs }: Pick<TimeRange, "fromMs" | "toMs">,
  signal: AbortSignal,
): Promise<ReplayView> {
  if (toMs - fromMs > LONGEST_RANGE_MS)
    throw badRequest("more than 31 days are too many to replay", "replay a shorter stretch");
  const patience = AbortSignal.timeout(LONGEST_WORK_MS);
  const views: ReplayView["rules"][number][] = [];
  for (const rule of rules) {
    try {
      const signals = { signal: AbortSignal.any([signal, patience]) };
      const { transitions, summary } = await replay(rule, reader, fromMs, toMs, signals);
      const examples = examplesOf(transitions);
      views.push({ rule: rule.name, alerts: summary.fired, firingMs: summary.firingMs, examples });
    } catch (error) {
      if (!patience.aborted) throw error;
      throw badRequest(
        `replaying ${rules.length} rules over that stretch took longer than ${LONGEST_WORK_MS / 1_000} s`,
        `replay a shorter stretch, or one rule: ${rule.name} was under way`,
      );
    }
  }
  return { from: instantOf(fromMs), to: instantOf(toMs), rules: views };
}

/** The first alerts that fired, with how long each lasted; null where it went on until the end. */
function examplesOf(
  transitions: readonly AlertTransition[],
): ReplayView["rules"][number]["examples"] {
  const firing = transitions.filter(({ state }) => state === "firing").slice(0, MOST_EXAMPLES);
  return firing.map(({ alertId, atMs, summary }) => {
    const end = transitions.find(
      (later) => later.alertId === alertId && later.state === "resolved" && later.atMs > atMs,
    );
    return {
      at: instantOf(atMs),
      summary,
      lastedMs: end === undefined ? null : end.atMs - atMs,
    };
  });
}

/** Lets one replay run at a time: each reads much and keeps a core busy. */
export class ReplayTurn {
  #isTaken = false;

  /** @throws ApiRefusal 503 while another one runs */
  async take<Result>(work: () => Promise<Result>): Promise<Result> {
    if (this.#isTaken) throw unavailable("another replay is under way", "try it again in a moment");
    this.#isTaken = true;
    try {
      return await work();
    } finally {
      this.#isTaken = false;
    }
  }
}
