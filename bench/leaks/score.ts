import { median } from "@streamgate/telemetry/statistics";
import type { PlannedRun } from "./plan.ts";
import type { ProgramReport } from "./program-report.ts";
import { RIVALS } from "./rivals.ts";

/** A run with what came of it. */
export interface FinishedRun {
  readonly run: PlannedRun;
  readonly report: ProgramReport;
  /** Functions of which one must be named. */
  readonly sites: readonly string[];
}

export interface Score {
  readonly recall: number;
  readonly falseAlarms: number;
  /** Of the leaks found. */
  readonly sitesNamed: number;
  readonly medianSeconds: number;
  readonly agentCpuShare: number;
  readonly rivals: readonly {
    readonly name: string;
    readonly recall: number;
    readonly falseAlarms: number;
  }[];
}

/** A leak counts as found when any finding of a leak was there at any moment; in a healthy program any such moment is a false alarm. */
export function score(finished: readonly FinishedRun[]): Score {
  const leaking = finished.filter(({ run }) => run.leaks);
  const healthy = finished.filter(({ run }) => !run.leaks);
  const found = leaking.filter(isAlarmed);
  const firstSeconds = found.map(({ report }) =>
    Math.min(...report.findings.map(({ afterSeconds }) => afterSeconds)),
  );
  return {
    recall: shareOf(leaking, isAlarmed),
    falseAlarms: shareOf(healthy, isAlarmed),
    sitesNamed: shareOf(found, namesSite),
    medianSeconds: median(firstSeconds),
    agentCpuShare: median(finished.map(({ report }) => report.agentSeconds / report.cpuSeconds)),
    rivals: RIVALS.map((rival) => ({
      name: rival.name,
      recall: shareOf(leaking, ({ report }) => rival.callsLeak(report)),
      falseAlarms: shareOf(healthy, ({ report }) => rival.callsLeak(report)),
    })),
  };
}

export function isAlarmed({ report }: FinishedRun): boolean {
  return report.findings.length > 0;
}

/** Whether the place that a finding is about is one of those that leak: the first that is named, not one of several. */
export function namesSite({ report, sites }: FinishedRun): boolean {
  return report.findings.some(({ place }) => sites.some((site) => place.startsWith(`${site} (`)));
}

function shareOf<Item>(items: readonly Item[], holds: (item: Item) => boolean): number {
  return items.filter(holds).length / Math.max(1, items.length);
}
