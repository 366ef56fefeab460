import { type Finding, isAtLeast } from "@streamgate/core";
import type { WatchedProcess } from "../platform/watched-processes.ts";

/** A finding that the processes of a service tell at the moment. */
export interface ProcessFinding {
  readonly service: string;
  readonly finding: Finding;
  readonly heardAtMs: number;
}

/** Each finding of each service once: of several processes that tell it, the most severe, then the latest. */
export function processFindings(processes: readonly WatchedProcess[]): readonly ProcessFinding[] {
  const found = new Map<string, ProcessFinding>();
  for (const { service, report, heardAtMs } of processes) {
    for (const finding of report.findings) {
      const key = JSON.stringify([service, finding.id]);
      const told = { service, finding, heardAtMs };
      const known = found.get(key);
      if (known === undefined || isWorse(told, known)) found.set(key, told);
    }
  }
  return [...found.values()];
}

function isWorse(one: ProcessFinding, other: ProcessFinding): boolean {
  const { severity } = one.finding;
  if (severity !== other.finding.severity) return isAtLeast(severity, other.finding.severity);
  return one.heardAtMs > other.heardAtMs;
}
