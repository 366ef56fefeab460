import type { FindingKind, Severity } from "@streamgate/core";
import type { Labels } from "@streamgate/telemetry";
import type { SeriesSelector } from "../../series/point.ts";
import type { EventPart, GaugeMeasure, Measure } from "./measure.ts";

/** When to tell somebody. Plain data: what `parseRules` returns, with every default filled in. */
export type Rule =
  | ThresholdRule
  | AbsenceRule
  | BurnRateRule
  | SequentialRule
  | AnomalyRule
  | ForecastRule
  | FindingRule;

export type RuleKind = Rule["kind"];

/** How the value is written for a person. */
export const VALUE_UNITS = ["", "ratio", "seconds", "bytes", "per-second"] as const;
export type ValueUnit = (typeof VALUE_UNITS)[number];

/** What becomes of an alert while its series say nothing. */
export const MISSING_DATA = ["keep", "resolve", "fire"] as const;
type MissingData = (typeof MISSING_DATA)[number];

interface RuleBase {
  /** Unique, kebab-case; the label `alertname` of its alerts. */
  readonly name: string;
  readonly severity: Severity;
  /** One sentence for a person; `{value}` and `{label}` are filled in. */
  readonly summary: string;
  /** Path or address. */
  readonly runbook: string;
  /** One alert for each set of values of these labels. */
  readonly by: readonly string[];
  /** Added to the labels of its alerts. */
  readonly labels: Labels;
  readonly unit: ValueUnit;
  /** How long the condition must hold before the alert fires; until then it is pending. */
  readonly forMs: number;
  /** How long it must be clear before the alert is resolved. */
  readonly clearForMs: number;
  /** The least time that an alert fires, so that it does not flap. */
  readonly leastFiringMs: number;
  readonly missing: MissingData;
  /** An alert without any data for so long is resolved as forgotten. */
  readonly forgetAfterMs: number;
}

/** A measure crosses a bound. */
export interface ThresholdRule extends RuleBase {
  readonly kind: "threshold";
  readonly measure: Measure;
  readonly when: "above" | "below";
  readonly threshold: number;
  /** The alert begins to clear at this value; between the two it stays as it is. */
  readonly clearThreshold: number;
}

/** Series that were there say nothing any more. */
export interface AbsenceRule extends RuleBase {
  readonly kind: "absence";
  readonly of: SeriesSelector;
  /** Silence counts only while this goes on: a target that was taken off the list is not missed. */
  readonly while?: SeriesSelector;
}

/** One pair of windows: both must burn the budget faster than the factor. */
export interface BurnWindow {
  readonly longMs: number;
  readonly shortMs: number;
  /** 1 uses up the whole error budget in exactly the objective's period. */
  readonly factor: number;
  readonly severity: Severity;
}

/** The error budget of an objective is used up too fast, by several pairs of windows (SRE workbook, chapter 5). */
export interface BurnRateRule extends RuleBase {
  readonly kind: "burn-rate";
  readonly of: SeriesSelector;
  readonly bad: EventPart;
  /** Share of good events promised: 0.999. */
  readonly objective: number;
  readonly windows: readonly BurnWindow[];
  /** With fewer bad events in the short window nothing is said. */
  readonly leastBad: number;
}

/** A sequential test of a share: seconds where a window needs minutes. */
export interface SequentialRule extends RuleBase {
  readonly kind: "sequential";
  readonly of: SeriesSelector;
  readonly bad: EventPart;
  /** Share of bad events that is in order. */
  readonly allowedShare: number;
  /** The least share worth telling. */
  readonly noticeShare: number;
  readonly falseAlarmsAWeek: number;
  readonly leastBadSteps: number;
  /** After an alarm the share over this window says when it is over. */
  readonly clearWindowMs: number;
  readonly clearShare: number;
  /** What is in order for a while after a deploy or restart, when caches are cold. */
  readonly afterDeploy?: { readonly forMs: number; readonly allowedShare: number };
}

/** A measure is not as it uses to be. */
export interface AnomalyRule extends RuleBase {
  readonly kind: "anomaly";
  readonly measure: Measure;
  /** How often the measure is read. */
  readonly everyMs: number;
  /** False alarms a week that are tolerated, for each group. */
  readonly falseAlarmsAWeek: number;
  /** Which way is bad. */
  readonly direction: "up" | "down" | "both";
}

/** A gauge will reach its limit within a time. */
export interface ForecastRule extends RuleBase {
  readonly kind: "forecast";
  readonly measure: GaugeMeasure;
  /** A number, or the gauge that says it. */
  readonly limit: number | SeriesSelector;
  readonly horizonMs: number;
  /** How far back the forecast looks. */
  readonly historyMs: number;
  /** Of the interval of the time at which the limit is reached. */
  readonly confidence: 0.8 | 0.9 | 0.95;
  /** Below this share of the limit nothing is said. */
  readonly fromShare: number;
}

/** A finding of some severity, or of some kinds, is reported. */
export interface FindingRule extends RuleBase {
  readonly kind: "finding";
  readonly least: Severity;
  /** Empty for all kinds. */
  readonly kinds: readonly FindingKind[];
  readonly exceptKinds: readonly FindingKind[];
}
