import type { Clock, Finding } from "@streamgate/core";
import { RequestAdvisor } from "../findings/request-advisor.ts";
import type { TracedRequest } from "../requests/traced-request.ts";

const FIRST = 10;
const MOST_NAMES = 1_000;
const MOST_TOLD = 2_000;
/** One look costs as much as some requests: a busy process is looked into so often at the most. */
const BETWEEN_LOOKS_MS = 100;
/** What only many requests together show is looked for soon, and then now and then. */
const OVERALL_FIRST = 25;
const OVERALL_ONE_IN = 200;

/** Why the books of a request are kept: it may be one of the first of its name, it is one of so many, or nobody would read them. */
export type Interest = "perhaps first" | "one of many" | "none";

/** What is to be known of a request that has ended. */
interface EndedRequest {
  /** What it was called when it began. */
  readonly firstName: string;
  readonly name: string;
  readonly interest: Interest;
  /** Statements that it asked. */
  readonly count: number;
}

/** Looks into the first requests of each name and then into one of so many, and tells each finding once. */
export class FindingsTeller {
  private readonly onFinding: (finding: Finding) => void;
  private readonly oneIn: number;
  private readonly clock: Clock;
  private readonly seen = new Map<string, number>();
  /** What a request was called in the end, by what it was called when it began. */
  private readonly finalNames = new Map<string, string>();
  private readonly told = new Set<string>();
  private readonly advisor = new RequestAdvisor();
  private requests = 0;
  private lookedMs = Number.NEGATIVE_INFINITY;
  private considered = 0;

  constructor(onFinding: (finding: Finding) => void, oneIn: number, clock: Clock) {
    this.onFinding = onFinding;
    this.oneIn = oneIn;
    this.clock = clock;
  }

  /** Of a request that begins now. */
  interestIn(name: string, nowMs: number): Interest {
    this.requests += 1;
    if (this.isOneOfMany(nowMs)) return "one of many";
    const finalName = this.finalNames.get(name);
    const mayBeFirst =
      finalName === undefined
        ? this.finalNames.size < MOST_NAMES
        : (this.seen.get(finalName) ?? 0) < FIRST;
    return mayBeFirst ? "perhaps first" : "none";
  }

  /** Whoever wants every one looked into gets it. */
  private isOneOfMany(nowMs: number): boolean {
    if (this.oneIn === 1) return true;
    if (this.requests % this.oneIn !== 0 || nowMs - this.lookedMs < BETWEEN_LOOKS_MS) return false;
    this.lookedMs = nowMs;
    return true;
  }

  /** @param traced not called where the request asked nothing, or is one of too many */
  ended(request: EndedRequest, traced: () => TracedRequest): void {
    const { firstName, name, interest, count } = request;
    if (this.finalNames.size < MOST_NAMES) this.finalNames.set(firstName, name);
    const isFirst = this.isFirst(name);
    if (count === 0 || (!isFirst && interest !== "one of many")) return;
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
