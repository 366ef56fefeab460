import type { Severity } from "@streamgate/core";
import type { Labels } from "@streamgate/telemetry";
import type { LabelMatcher, Point, SeriesSelector } from "../../series/point.ts";

/** What a condition says at a moment: it holds, it does not, it is in between (hysteresis), or nobody knows. */
export interface Verdict {
  readonly holds: "yes" | "no" | "between" | "unknown";
  /** The figure behind it; NaN where there is none. */
  readonly value: number;
}

/** When conditions are judged. */
export interface Moment {
  /** Wall time; may jump. */
  readonly nowMs: number;
  /** Time that has been watched, which never jumps: durations are measured in it. */
  readonly watchedMs: number;
  /** Watched time since the group's service was deployed or restarted; `Infinity` where nothing is known of it. */
  readonly sinceDeployMs: number;
  /** Whether it is the condition's turn for work that takes long; if not, it is to ask again next time. */
  readonly mayWork: (asker: object) => boolean;
}

/** The condition of one rule for one group of series: a streaming computation with bounded memory. */
export interface Condition {
  /**
   * @param input which of the kind's inputs the series belongs to
   * @returns whether the point was in time to count
   */
  add(input: number, seriesId: string, point: Point): boolean;
  judge(moment: Moment): Verdict;
  /** What was compared with what, in one sentence; `value` is already written for a person. */
  describe(value: string): string;
  /** Further words for the rule's summary, beside the labels. */
  words?(): Labels;
  /** The alert is over: what must begin anew. */
  onResolved?(): void;
  /** The clock went back: windows by wall time begin anew. */
  onClockBack?(): void;
  /** What must outlive a restart beyond the alert's own state, as plain data. */
  state?(): unknown;
  restore?(state: unknown): void;
}

/** A stream of points that a rule listens to. */
export interface Input {
  readonly selector: SeriesSelector;
  /** Further conditions, for a part of the selected series. */
  readonly and?: readonly LabelMatcher[];
}

/** A rule made ready: its inputs, and how to begin a group. One rule may give several, as burn rates do. */
export interface ConditionKind {
  /** Labels that tell this one from the rule's others. */
  readonly labels: Labels;
  readonly severity: Severity;
  readonly inputs: readonly Input[];
  begin(labels: Labels): Condition;
}
