import type { Severity } from "@streamgate/core";
import type { EventPart } from "../rules/measure.ts";
import type {
  AbsenceRule,
  AnomalyRule,
  BurnRateRule,
  FindingRule,
  ForecastRule,
  Rule,
  SequentialRule,
  ThresholdRule,
  ValueUnit,
} from "../rules/rule.ts";
import { promDuration } from "./prom-duration.ts";
import { type PromqlOptions, type PromqlWriter, promqlWriter, text } from "./promql.ts";
import { Commented, emitYaml, type YamlValue } from "./yaml.ts";

export interface PrometheusRulesOptions extends PromqlOptions {
  /** Put before the runbooks' paths. @default "" */
  readonly runbookBase?: string;
  /** @default "streamgate" */
  readonly group?: string;
}

/** One rule of Prometheus: what fires, for how long, and what PromQL cannot say of it. */
interface Alerting {
  readonly expr: string;
  readonly severity: Severity;
  readonly forMs: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly loss?: string;
}

/**
 * Writes alert rules as a rules file of Prometheus (2.42 or later), to be checked by `promtool check rules`. What PromQL
 * cannot say (sequential tests, learnt anomalies, separate bounds for clearing) becomes the nearest rule it can, with a
 * comment that says what is lost; findings, which are no series, are named in the head of the file.
 *
 * @example
 * ```ts
 * import { defaultRules, exportPrometheusRules } from "@streamgate/monitor";
 * console.log(exportPrometheusRules(defaultRules(), { runbookBase: "https://wiki.example/" }));
 * ```
 */
export function exportPrometheusRules(
  rules: readonly Rule[],
  options: PrometheusRulesOptions = {},
): string {
  const writer = promqlWriter(options);
  const unsaid: string[] = [];
  const written = rules.flatMap((rule): readonly YamlValue[] => {
    if (rule.kind === "finding") {
      unsaid.push(notSaid(rule));
      return [];
    }
    return alertingsOf(rule, writer).map((alerting) => writeRule(rule, alerting, writer, options));
  });
  const head = [
    "Written by StreamGate. Prometheus 2.42 or later.",
    ...(unsaid.length === 0
      ? []
      : ["", "Not in this file, since findings are no series:", ...unsaid]),
  ];
  const group = { name: options.group ?? "streamgate", rules: written };
  return emitYaml({ groups: [group] }, head.join("\n"));
}

function notSaid({ name, least, kinds }: FindingRule): string {
  const which = kinds.length === 0 ? `a finding of at least ${least}` : kinds.join(", ");
  return `- ${name}: ${which}. StreamGate tells Alertmanager of it through its own channel.`;
}

function alertingsOf(rule: Exclude<Rule, FindingRule>, writer: PromqlWriter): readonly Alerting[] {
  switch (rule.kind) {
    case "threshold":
      return [thresholdAlerting(rule, writer)];
    case "absence":
      return [absenceAlerting(rule, writer)];
    case "burn-rate":
      return burnAlertings(rule, writer);
    case "sequential":
      return [sequentialAlerting(rule, writer)];
    case "anomaly":
      return [anomalyAlerting(rule, writer)];
    case "forecast":
      return [forecastAlerting(rule, writer)];
  }
}

function thresholdAlerting(rule: ThresholdRule, writer: PromqlWriter): Alerting {
  const { measure, by, when, threshold, clearThreshold, forMs, severity } = rule;
  const value = writer.measure(measure, by);
  const compared = `${value} ${when === "above" ? ">" : "<"} ${threshold}`;
  const least = "leastEvents" in measure && measure.leastEvents > 1 ? measure.leastEvents : 0;
  const enough = `${writer.events(measure.of, measure.windowMs, by)} * ${seconds(measure.windowMs)} >= ${least}`;
  return {
    expr: least > 0 ? `(${compared}) and ${enough}` : compared,
    severity,
    forMs,
    ...(clearThreshold === threshold
      ? {}
      : { loss: `Clears at ${threshold} here, at ${clearThreshold} in StreamGate.` }),
  };
}

function absenceAlerting(
  { of, by, forMs, severity, ...rule }: AbsenceRule,
  writer: PromqlWriter,
): Alerting {
  const group = `group ${writer.grouping(by)}`;
  const present = (window: string): string =>
    `${group} (present_over_time(${writer.selector(of)}[${window}]))`;
  const gone = `${present("1d")} unless ${present("1m")}`;
  const framed =
    rule.while === undefined ? gone : `(${gone}) and ${group} (${writer.selector(rule.while)})`;
  return { expr: framed, severity, forMs };
}

function burnAlertings(rule: BurnRateRule, writer: PromqlWriter): readonly Alerting[] {
  const { of, bad, by, objective, windows } = rule;
  const budget = Number((1 - objective).toPrecision(12));
  return windows.map(({ longMs, shortMs, factor, severity }) => {
    const burns = (ms: number): string =>
      `(${writer.share(of, bad, ms, by)}) / ${budget} > ${factor}`;
    return {
      expr: `(${burns(longMs)}) and (${burns(shortMs)})`,
      severity,
      forMs: rule.forMs,
      labels: { burn_window: promDuration(longMs) },
      loss: `StreamGate asks for ${rule.leastBad} bad events, too.`,
    };
  });
}

const NEAREST_WINDOW_MS = 60_000;

function sequentialAlerting(rule: SequentialRule, writer: PromqlWriter): Alerting {
  const { of, bad, by, clearShare, leastBadSteps } = rule;
  const share = writer.share(of, bad, NEAREST_WINDOW_MS, by);
  const events = `${writer.events(of, NEAREST_WINDOW_MS, by)} * ${seconds(NEAREST_WINDOW_MS)}`;
  return {
    expr: `(${share} > ${round(clearShare)}) and ((${share}) * ${events} >= ${leastBadSteps})`,
    severity: rule.severity,
    forMs: Math.max(rule.forMs, NEAREST_WINDOW_MS),
    loss: `PromQL has no sequential test: this is the share over one minute. StreamGate finds the same faults in seconds, with at most ${rule.falseAlarmsAWeek} false alarms a week.${needsBucket(bad)}`,
  };
}

function needsBucket(bad: EventPart): string {
  return "above" in bad ? ` Needs a bucket with the bound ${bad.above}.` : "";
}

const USUAL_DEVIATIONS = 5;

function anomalyAlerting(rule: AnomalyRule, writer: PromqlWriter): Alerting {
  const value = writer.measure(rule.measure, rule.by);
  const past = `(${value})[1d:5m]`;
  const away = `(${value}) - avg_over_time(${past})`;
  const distance =
    rule.direction === "both" ? `abs(${away})` : rule.direction === "up" ? away : `-(${away})`;
  return {
    expr: `(${value}) and (${distance} > ${USUAL_DEVIATIONS} * stddev_over_time(${past}))`,
    severity: rule.severity,
    forMs: rule.forMs,
    loss: "PromQL learns no rhythm: this compares with the last day. StreamGate knows the time of the day and the week.",
  };
}

function forecastAlerting(rule: ForecastRule, writer: PromqlWriter): Alerting {
  const { measure, limit, by, horizonMs, historyMs, fromShare } = rule;
  const current = writer.gauge(measure, by);
  const bound =
    typeof limit === "number"
      ? String(limit)
      : `max ${writer.grouping(by)} (${writer.selector(limit)})`;
  const past = `(${current})[${promDuration(historyMs)}:5m]`;
  return {
    expr: `(predict_linear(${past}, ${seconds(horizonMs)}) > ${bound}) and (${current} > ${fromShare} * ${bound})`,
    severity: rule.severity,
    forMs: Math.max(rule.forMs, 30 * 60_000),
    loss: `predict_linear draws one line and knows no interval; StreamGate fires when ${rule.confidence * 100} % of the futures reach the limit.`,
  };
}

function writeRule(
  rule: Rule,
  { expr, severity, forMs, labels = {}, loss }: Alerting,
  writer: PromqlWriter,
  { runbookBase = "" }: PrometheusRulesOptions,
): YamlValue {
  const renamed = rule.by.filter((name) => writer.label(name) !== name);
  const own = renamed.map((name) => [name, `{{ $labels.${writer.label(name)} }}`]);
  const written: YamlValue = {
    alert: rule.name,
    expr,
    for: promDuration(forMs),
    keep_firing_for: promDuration(Math.max(rule.clearForMs, 1000)),
    labels: { ...rule.labels, ...labels, ...Object.fromEntries(own), severity },
    annotations: {
      summary: annotation(rule, writer),
      ...(rule.runbook === "" ? {} : { runbook_url: `${runbookBase}${rule.runbook}` }),
    },
  };
  return loss === undefined ? written : new Commented(loss, written);
}

const HUMAN: Readonly<Record<ValueUnit, string>> = {
  "": "{{ $value | humanize }}",
  ratio: "{{ $value | humanizePercentage }}",
  seconds: "{{ $value | humanizeDuration }}",
  bytes: "{{ $value | humanize1024 }}B",
  "per-second": "{{ $value | humanize }}/s",
};

/** Braces of our own templates become those of Prometheus; all others are told to be text. */
function annotation(rule: Rule, writer: PromqlWriter): string {
  return rule.summary.replace(/\{(\w+)\}|\{\{/g, (found, name: string | undefined) => {
    if (name === undefined) return `{{ ${text(found)} }}`;
    return name === "value" ? writtenValue(rule) : `{{ $labels.${writer.label(name)} }}`;
  });
}

/** What an expression gives is not always what the summary speaks of. */
function writtenValue(rule: Rule): string {
  if (rule.kind === "absence") return `more than ${promDuration(rule.forMs)}`;
  if (rule.kind === "forecast") return `less than ${promDuration(rule.horizonMs)}`;
  return HUMAN[rule.unit];
}

function seconds(ms: number): number {
  return Math.max(60, ms / 1000);
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}
