import type { Clock, Finding } from "@streamgate/core";
import { RequestAdvisor } from "../findings/request-advisor.ts";
import type { TracedRequest } from "../requests/traced-request.ts";

const FIRST = 10;
const MOST_NAMES = 1_000;
const MOST_TOLD = 1_000;

/** Looks into the first requests of each name and then into one of so many, and tells each finding once. */
export class FindingsTeller {
  private readonly onFinding: (finding: Finding) => void;
  private readonly oneIn: number;
  private readonly clock: Clock;
  private readonly seen = new Map<string, number>();
  private readonly told = new Set<string>();
  private readonly advisor = new RequestAdvisor();

  constructor(onFinding: (finding: Finding) => void, oneIn: number, clock: Clock) {
    this.onFinding = onFinding;
    this.oneIn = oneIn;
    this.clock = clock;
  }

  consider(name: string, traced: () => TracedRequest): void {
    const seen = (this.seen.get(name) ?? 0) + 1;
    if (seen > 1 || this.seen.size < MOST_NAMES) this.seen.set(name, seen);
    if (seen > FIRST && seen % this.oneIn !== 0) return;
    if (this.advisor.add(traced()) === 0) return;
    for (const finding of this.advisor.findings(this.clock.now())) {
      if (this.told.has(finding.id) || this.told.size >= MOST_TOLD) continue;
      this.told.add(finding.id);
      this.onFinding(finding);
    }
  }
}
