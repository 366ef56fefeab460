import type { AbsenceRule } from "../rules/rule.ts";
import type { Condition, ConditionKind } from "./condition.ts";

/** A series is silent when it has missed so many of its own intervals, as reading and judging need not keep step. */
const INTERVALS_MISSED = 2.5;

/** Silence of what spoke before, counted in watched time: while nobody watches, nobody is missed. */
export function absenceKind(rule: AbsenceRule): ConditionKind {
  return {
    labels: {},
    severity: rule.severity,
    inputs: [
      { selector: rule.of },
      ...(rule.while === undefined ? [] : [{ selector: rule.while }]),
    ],
    begin: () => beginAbsence(rule),
  };
}

/** When a stream of points was last heard, in watched time. */
interface Stream {
  isFresh: boolean;
  heardAtMs: number;
  spanMs: number;
}

/** The alert itself waits for the rule's `forMs`; here silence begins with the first intervals that are missing. */
function beginAbsence(rule: AbsenceRule): Condition {
  const watched = newStream();
  const frame = newStream();
  return {
    add(input, _, { spanMs }) {
      const stream = input === 0 ? watched : frame;
      stream.isFresh = true;
      stream.spanMs = spanMs;
      return true;
    },
    judge({ watchedMs }) {
      listen(watched, watchedMs);
      listen(frame, watchedMs);
      if (!Number.isFinite(watched.heardAtMs)) return { holds: "unknown", value: Number.NaN };
      const value = (watchedMs - watched.heardAtMs) / 1000;
      const isMissed = rule.while === undefined || !isSilent(frame, watchedMs);
      return { holds: isMissed && isSilent(watched, watchedMs) ? "yes" : "no", value };
    },
    describe: (value) => `nothing from ${rule.of.name} for ${value}`,
    state: () => watched.spanMs,
    restore(state) {
      if (typeof state !== "number" || !(state > 0)) return;
      watched.isFresh = true;
      watched.spanMs = state;
    },
  };
}

function newStream(): Stream {
  return { isFresh: false, heardAtMs: Number.NEGATIVE_INFINITY, spanMs: 0 };
}

function listen(stream: Stream, watchedMs: number): void {
  if (stream.isFresh) stream.heardAtMs = watchedMs;
  stream.isFresh = false;
}

function isSilent({ heardAtMs, spanMs }: Stream, watchedMs: number): boolean {
  return watchedMs - heardAtMs > INTERVALS_MISSED * spanMs;
}
