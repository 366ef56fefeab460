import type { Finding } from "@streamgate/core";

/** The problems that there are now, by id; tells each that is new, or that became known better or worse. */
export class FindingBoard {
  private readonly byRule = new Map<string, readonly Finding[]>();
  private readonly told = new Map<string, string>();
  private readonly onFinding: (finding: Finding) => void;

  constructor(onFinding: (finding: Finding) => void) {
    this.onFinding = onFinding;
  }

  /** What a rule sees now, in place of what it saw before. */
  replace(ruleName: string, findings: readonly Finding[]): void {
    this.byRule.set(ruleName, findings);
    const present = new Set(this.all().map(({ id }) => id));
    for (const id of this.told.keys()) if (!present.has(id)) this.told.delete(id);
    for (const finding of findings) {
      const state = `${finding.severity} ${finding.subject.object} ${finding.proof?.verdict ?? ""}`;
      if (this.told.get(finding.id) === state) continue;
      this.told.set(finding.id, state);
      this.onFinding(finding);
    }
  }

  /** One a problem; of two rules that see the same, the first. */
  all(): readonly Finding[] {
    const byId = new Map<string, Finding>();
    for (const findings of this.byRule.values())
      for (const finding of findings) if (!byId.has(finding.id)) byId.set(finding.id, finding);
    return [...byId.values()];
  }
}
