import type { Judgement, Violation } from "./judge.ts";
import { VIOLATIONS } from "./judge.ts";

const EXAMPLES_A_KIND = 2;

/** What all schedules of a subject came to. */
export class Tally {
  schedules = 0;
  reads = 0;
  resolved = 0;
  rejected = 0;
  hungInvalidations = 0;
  stoppedTurns = 0;
  readonly violations: ReadonlyMap<Violation, number>;
  /** Event logs by kind, the first few. */
  readonly examples: Map<Violation, (readonly string[])[]> = new Map();
  /** Of stale reads from memory, by the phase that they fell into. */
  readonly stalenessMs: Map<string, number[]> = new Map();
  readonly #counts: Map<Violation, number>;

  constructor() {
    this.#counts = new Map(VIOLATIONS.map((violation) => [violation, 0]));
    this.violations = this.#counts;
  }

  get total(): number {
    return [...this.violations.values()].reduce((sum, count) => sum + count, 0);
  }

  add(phase: string, judgement: Judgement, log: () => readonly string[]): void {
    this.schedules += 1;
    this.reads += judgement.reads;
    this.resolved += judgement.resolved;
    this.rejected += judgement.rejected;
    this.hungInvalidations += judgement.hungInvalidations;
    this.stoppedTurns += judgement.stoppedTurns;
    const staleness = this.stalenessMs.get(phase) ?? [];
    staleness.push(...judgement.stalenessMs);
    this.stalenessMs.set(phase, staleness);
    for (const { violation, read } of judgement.found) {
      this.count(violation, () => [
        `${phase}: ${violation} by actor ${read.actor}.${read.operation}`,
        ...log(),
      ]);
    }
  }

  count(violation: Violation, log: () => readonly string[]): void {
    this.#counts.set(violation, (this.#counts.get(violation) ?? 0) + 1);
    const examples = this.examples.get(violation) ?? [];
    if (examples.length < EXAMPLES_A_KIND) examples.push(log());
    this.examples.set(violation, examples);
  }
}
