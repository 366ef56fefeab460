import type { Finding } from "@streamgate/core";
import type { Labels } from "@streamgate/telemetry";
import type { Condition } from "../conditions/condition.ts";
import type { FindingRule } from "../rules/rule.ts";

/** A process that has said nothing for so long may or may not have the problem still. */
const SILENT_MS = 60_000;

/** Holds while any process reports the finding. */
export interface FindingCondition extends Condition {
  report(source: string, finding: Finding, watchedMs: number): void;
  /** The process reported, and not this. */
  withdraw(source: string): void;
}

export function createFindingCondition(rule: FindingRule): FindingCondition {
  const reportedMs = new Map<string, number>();
  let latest: Finding | undefined;
  return {
    add: () => true,
    report(source, finding, watchedMs) {
      reportedMs.set(source, watchedMs);
      latest = finding;
    },
    withdraw: (source) => {
      reportedMs.delete(source);
    },
    judge({ watchedMs }) {
      const value = latest?.evidence[0]?.value ?? Number.NaN;
      if (reportedMs.size === 0) return { holds: latest === undefined ? "unknown" : "no", value };
      const isFresh = [...reportedMs.values()].some((ms) => watchedMs - ms <= SILENT_MS);
      return { holds: isFresh ? "yes" : "unknown", value };
    },
    describe: () =>
      latest === undefined
        ? `a finding of at least ${rule.least}`
        : [latest.summary, latest.remedy].filter((text) => text !== undefined).join(" "),
    words: () => ({ finding: latest?.summary ?? "" }),
  };
}

/** What an alert on a finding can be told apart by. */
export function findingLabels(source: Labels, finding: Finding): Labels {
  return {
    ...source,
    finding_id: finding.id,
    finding_kind: finding.kind,
    subject: finding.subject.object,
  };
}
