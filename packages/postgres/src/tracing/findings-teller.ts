import type { Clock, Finding } from "@streamgate/core";
import { RequestAdvisor } from "../findings/request-advisor.ts";
import type { TracedRequest } from "../requests/traced-request.ts";

const FIRST = 10;
const MOST_NAMES = 1_000;
const MOST_TOLD = 2_000;
/** What only many requests together show is looked for soon, and then now and then. */
const OVERALL_FIRST = 25;
const OVERALL_ONE_IN = 200;

/** Looks into the first requests of each name and then into one of so many, and tells each finding once. */
export class FindingsTeller {
  private readonly onFinding: (finding: Finding) => void;
  private readonly oneIn: number;
  private readonly clock: Clock;
  private readonly seen = new Map<string, number>();
  private readonly told = new Set<string>();
  private readonly advisor = new RequestAdvisor();
  private requests = 0;
  private considered = 0;

  constructor(onFinding: (finding: Finding) => void, oneIn: number, clock: Clock) {
    this.onFinding = onFinding;
    this.oneIn = oneIn;
    this.clock = clock;
  }

  consider(name: string, traced: () => TracedRequest): void {
    this.requests += 1;
    if (!this.isFirst(name) && this.requests % this.oneIn !== 0) return;
    this.considered += 1;
    this.advisor.add(traced());
    this.tell(this.advisor.takeNew(this.clock.now()));
    if (this.isTimeForAll()) this.tell(this.advisor.findings(this.clock.now()));
  }

  /** After 25 requests, 50, 100, 200, and each 200 from there. */
  private isTimeForAll(): boolean {
    const times = this.considered / OVERALL_FIRST;
    return this.considered % OVERALL_ONE_IN === 0 || times === 1 || times === 2 || times === 4;
  }

  /** Whether it is one of the first requests of its name, of as many names as are remembered. */
  private isFirst(name: string): boolean {
    const seen = this.seen.get(name) ?? 0;
    if (seen >= FIRST || (seen === 0 && this.seen.size >= MOST_NAMES)) return false;
    this.seen.set(name, seen + 1);
    return true;
  }

  private tell(findings: readonly Finding[]): void {
    for (const finding of findings) {
      if (this.told.has(finding.id) || this.told.size >= MOST_TOLD) continue;
      this.told.add(finding.id);
      this.onFinding(finding);
    }
  }
}
