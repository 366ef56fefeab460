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
  const ofHypopg = affected.filter(({ statement }) => statement.plannedBy === "hypopg").length;
  const planner = ofHypopg === 0 ? "planner" : "HypoPG";
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
      source: isMeasured ? counters : planner,
      at: window.to,
    },
    {
      name: "expected mean time of an affected call",
      value: meanOf(({ expectedMeanMs }) => expectedMeanMs),
      unit: "ms",
      rung: "estimated",
      source: planner,
      at: snapshot.takenAt,
    },
    ...(ofHypopg === 0
      ? []
      : [
          {
            name: "affected statements that HypoPG planned on the watched server, as the twin cannot carry them",
            value: ofHypopg,
            unit: "statements",
            rung: "estimated" as const,
            source: planner,
            at: snapshot.takenAt,
          },
        ]),
  ];
  const estimated = { rung: "estimated", at: snapshot.takenAt } as const;
  return [
    {
      name: "time saved an hour",
      value: chosen.savedMsPerHour,
      unit: "ms",
      source: planner,
      ...estimated,
    },
    ...intervalOf(chosen).map((one) => ({ ...one, ...estimated })),
    {
      name: "time that writers pay an hour",
      value: chosen.writeCostMsPerHour,
      unit: "ms",
      source: "model",
      ...estimated,
    },
    ...writesOf(chosen).map((one) => ({ ...one, ...estimated })),
    {
      name: "size of the index",
      value: chosen.predictedSizeBytes,
      unit: "bytes",
      source: "model",
      ...estimated,
    },
    ...(chosen.replaces ?? []).map(({ name, sizeBytes }) => ({
      name: `size of ${name}, which it makes superfluous`,
      value: sizeBytes,
      unit: "bytes",
      rung: "measured" as const,
      source: "pg_class",
      at: snapshot.takenAt,
    })),
    ...ofStatements,
  ];
}

type Figure = Pick<Evidence, "name" | "value" | "unit" | "source">;

function intervalOf({ saved, missedMsPerHour }: ChosenIndex): readonly Figure[] {
  const figure = (name: string, value: number): Figure => ({
    name,
    value,
    unit: "ms",
    source: "calibration",
  });
  return [
    ...(saved === undefined
      ? []
      : [
          figure("time saved an hour, at the least", saved.low),
          figure("time saved an hour, at the most", saved.high),
        ]),
    ...(missedMsPerHour === undefined
      ? []
      : [figure("time saved an hour that the other advised indexes could not", missedMsPerHour)]),
  ];
}

function writesOf({ writeCost }: ChosenIndex): readonly Figure[] {
  if (writeCost === undefined) return [];
  const { entriesPerHour, hotUpdatesLostPerHour, walBytesPerHour } = writeCost;
  return [
    {
      name: "rows that enter it an hour",
      value: entriesPerHour,
      unit: "rows",
      source: "pg_stat_statements",
    },
    ...(hotUpdatesLostPerHour > 0
      ? [
          {
            name: "updates an hour that would no longer be HOT",
            value: hotUpdatesLostPerHour,
            unit: "rows",
            source: "pg_stat_user_tables",
          },
        ]
      : []),
    {
      name: "write-ahead log more an hour",
      value: walBytesPerHour,
      unit: "bytes",
      source: "model",
    },
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
