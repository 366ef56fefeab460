import type { ResourceFinding } from "@streamgate/contract";
import { type Finding, SEVERITIES } from "@streamgate/core";
import type { WatchedProcess } from "../platform/watched-processes.ts";
import { redact } from "../secrets/redact.ts";

const MOST_FINDINGS = 200;

/** What resource advice says of the watched processes now, the most severe first. */
export function resourceFindings(processes: readonly WatchedProcess[]): readonly ResourceFinding[] {
  return processes
    .flatMap(({ service, instance, report }) =>
      report.findings.map((finding) => ({ service, instance, finding })),
    )
    .sort(
      (one, other) =>
        SEVERITIES.indexOf(other.finding.severity) - SEVERITIES.indexOf(one.finding.severity),
    )
    .slice(0, MOST_FINDINGS)
    .map(({ service, instance, finding }) => viewOf(finding, service, instance));
}

function viewOf(finding: Finding, service: string, instance: string): ResourceFinding {
  const { id, kind, severity, summary, remedy = "", subject, evidence } = finding;
  return {
    id,
    service,
    instance,
    kind,
    severity,
    summary: redact(summary),
    remedy: redact(remedy),
    // Where nothing better is known, advice names the process itself.
    place: subject.object === `${service}/${instance}` ? "" : redact(subject.object),
    evidence: evidence.map(({ name, value, unit, rung }) => ({
      name,
      figure: { value: Number.isFinite(value) ? value : null, unit, rung },
    })),
  };
}
