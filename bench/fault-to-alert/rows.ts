import type { BenchRow } from "../contract.ts";
import type { FaultResult } from "./judge.ts";
import { nameOf } from "./plan.ts";
import type { PlanOutcome } from "./run-plan.ts";

const OURS = "StreamGate";
const RIVAL = "Prometheus + Alertmanager";

/** The share of a sorted row below which a value lies; the worst counts as found too late where some were never told. */
export function quantileOf(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** Seconds from fault to receiver; a fault that nobody was told of counts as infinitely late. */
export function delaysOf(results: readonly FaultResult[]): readonly number[] {
  return results.map(({ delayMs }) => (delayMs ?? Number.POSITIVE_INFINITY) / 1_000);
}

export function rowsOf(outcome: PlanOutcome): readonly BenchRow[] {
  const subjects = [
    { subject: OURS, judgement: outcome.ours },
    ...(outcome.rival === undefined ? [] : [{ subject: RIVAL, judgement: outcome.rival }]),
  ];
  const rows: BenchRow[] = [];
  const compare = (
    metric: string,
    unit: string,
    read: (results: readonly FaultResult[], subject: string) => number,
    only: (result: FaultResult) => boolean = () => true,
  ): void => {
    const ours = read(outcome.ours.results.filter(only), OURS);
    for (const { subject, judgement } of subjects) {
      const value = read(judgement.results.filter(only), subject);
      rows.push({
        subject,
        metric,
        unit,
        median: value,
        best: value,
        ratio: value === ours ? 1 : value / ours,
      });
    }
  };
  compare("fault to alert, p50", "s", (results) => quantileOf(delaysOf(results), 0.5));
  compare("fault to alert, p99", "s", (results) => quantileOf(delaysOf(results), 0.99));
  compare("fault to alert, worst", "s", (results) => quantileOf(delaysOf(results), 1));
  for (const kind of kindsOf(outcome.ours.results)) {
    const isKind = (result: FaultResult): boolean => kindOf(result) === kind;
    const of = `${kind} (${outcome.ours.results.filter(isKind).length})`;
    compare(`${of}, p50`, "s", (results) => quantileOf(delaysOf(results), 0.5), isKind);
    compare(`${of}, worst`, "s", (results) => quantileOf(delaysOf(results), 1), isKind);
  }
  compare(
    "never told",
    "faults",
    (results) => results.filter(({ delayMs }) => delayMs === undefined).length,
  );
  const judgementOf = (subject: string): PlanOutcome["ours"] =>
    (subject === OURS ? outcome.ours : outcome.rival) ?? outcome.ours;
  compare("doubled", "alerts", (_, subject) => judgementOf(subject).doubled.length);
  compare(
    `false alerts in ${Math.round(outcome.healthyServiceMinutes)} healthy minutes of services`,
    "alerts",
    (_, subject) => judgementOf(subject).falseAlerts.length,
  );
  rows.push(
    single("takeover after kill -9", "ms", outcome.takeoverMs),
    single("messages", "messages", outcome.messages.messages),
    single("messages merged by their key", "messages", outcome.messages.merged),
  );
  return rows;
}

function single(metric: string, unit: string, value: number): BenchRow {
  return { subject: OURS, metric, unit, median: value, best: value, ratio: 1 };
}

/** `errors 2 %`, and apart from it `errors 50 %, 1 request a second`. */
function kindOf({ fault }: FaultResult): string {
  return fault.requestsPerSecond <= 1
    ? `${nameOf(fault.fault)} at one request a second`
    : nameOf(fault.fault);
}

function kindsOf(results: readonly FaultResult[]): readonly string[] {
  return [...new Set(results.map(kindOf))].sort();
}
