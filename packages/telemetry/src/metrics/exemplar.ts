import type { Labels } from "./metric-family.ts";

/** One recorded value with what leads to it: a trace, as a rule. */
export interface Exemplar {
  /** Such as `{ trace_id, span_id }`; OpenMetrics allows 128 characters in all. */
  readonly labels: Labels;
  readonly value: number;
  /** Wall time, in ms since 1970. */
  readonly takenAtMs: number;
}

const MOST_KEPT = 32;

/** The latest exemplar of each octave of one histogram. */
export class KeptExemplars {
  private readonly byOctave: Map<number, Exemplar> = new Map();

  keep(octave: number, exemplar: Exemplar): void {
    this.byOctave.delete(octave);
    this.byOctave.set(octave, exemplar);
    if (this.byOctave.size <= MOST_KEPT) return;
    for (const oldest of this.byOctave.keys()) {
      this.byOctave.delete(oldest);
      return;
    }
  }

  /** The latest one above `low`, up to `high`. */
  latestIn(low: number, high: number): Exemplar | undefined {
    let latest: Exemplar | undefined;
    for (const exemplar of this.byOctave.values())
      if (exemplar.value > low && exemplar.value <= high) latest = exemplar;
    return latest;
  }
}
