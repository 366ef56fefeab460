import type { Evidence } from "@streamgate/core";
import type { Snapshot } from "../snapshot/snapshot.ts";
import type { Statement, Workload } from "../workload/workload.ts";
import type { ChosenIndex, StatementGain } from "./choice.ts";

/** The figures behind a chosen index: counters' readings are measured, the planner's are estimated. */
export function evidenceOf(
  chosen: ChosenIndex,
  workload: Workload,
  snapshot: Snapshot,
): readonly Evidence[] {
  const { window } = workload;
  const affected = joinGains(chosen.gains, workload);
  const calls = sum(affected.map(({ statement }) => statement.calls));
  const meanOf = (read: (gain: StatementGain) => number): number =>
    sum(affected.map(({ statement, gain }) => statement.calls * read(gain))) / Math.max(calls, 1);
  const isMeasured = affected.every(({ statement }) => statement.isTimeEstimated !== true);
  const counters = window.source === "file" ? "file" : "pg_stat_statements";
  const ofStatements: readonly Evidence[] = [
    {
      name: "calls of the affected statements",
      value: calls,
      unit: "calls",
      rung: "measured",
      source: counters,
      at: window.to,
    },
    {
      name: "mean time of an affected call",
      value: meanOf(({ meanBeforeMs }) => meanBeforeMs),
      unit: "ms",
      rung: isMeasured ? "measured" : "estimated",
      source: isMeasured ? counters : "planner",
      at: window.to,
    },
    {
      name: "expected mean time of an affected call",
      value: meanOf(({ expectedMeanMs }) => expectedMeanMs),
      unit: "ms",
      rung: "estimated",
      source: "planner",
      at: snapshot.takenAt,
    },
  ];
  const estimated = { rung: "estimated", at: snapshot.takenAt } as const;
  return [
    {
      name: "time saved an hour",
      value: chosen.savedMsPerHour,
      unit: "ms",
      source: "planner",
      ...estimated,
    },
    {
      name: "time that writers pay an hour",
      value: chosen.writeCostMsPerHour,
      unit: "ms",
      source: "model",
      ...estimated,
    },
    {
      name: "size of the index",
      value: chosen.predictedSizeBytes,
      unit: "bytes",
      source: "model",
      ...estimated,
    },
    ...ofStatements,
  ];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** The gains with the statements that they are of. */
export function joinGains(
  gains: readonly StatementGain[],
  workload: Workload,
): readonly { readonly statement: Statement; readonly gain: StatementGain }[] {
  const byFingerprint = new Map(
    workload.statements.map((statement) => [statement.fingerprint, statement]),
  );
  return gains.flatMap((gain) => {
    const statement = byFingerprint.get(gain.fingerprint);
    return statement === undefined ? [] : [{ statement, gain }];
  });
}
