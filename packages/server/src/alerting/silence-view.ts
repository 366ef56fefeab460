import type { SilenceView } from "@streamgate/contract";
import {
  isInForce,
  type LabelsPredicate,
  labelsPredicate,
  type Silence,
} from "@streamgate/monitor";
import { instantOf } from "../ranges/time-range.ts";
import { conditionOf } from "./label-conditions.ts";

export function silenceView(silence: Silence, nowMs: number): SilenceView {
  const { id, matchers, fromMs, toMs, author, comment } = silence;
  return {
    id,
    conditions: matchers.map(conditionOf),
    from: instantOf(fromMs),
    to: instantOf(toMs),
    author,
    comment,
    isInForce: isInForce(silence, nowMs),
  };
}

/** Whether a silence holds for labels at an instant. */
export function silencedAt(silences: readonly Silence[], nowMs: number): LabelsPredicate {
  const tests = silences
    .filter((silence) => isInForce(silence, nowMs))
    .map(({ id, matchers }) => labelsPredicate(`silence ${id}`, matchers));
  return (labels) => tests.some((isSilenced) => isSilenced(labels));
}
