import { hashOf, uniformOf } from "../population/hash.ts";

/** A session's own randomness: the same seed and session number throw the same dice. */
export class Dice {
  private thrown = 0;
  private readonly seed: number;
  private readonly session: number;

  constructor(seed: number, session: number) {
    this.seed = seed;
    this.session = session;
  }

  /** In [0, 1). */
  uniform(): number {
    this.thrown += 1;
    return uniformOf(this.seed, this.session, this.thrown);
  }

  /** An integer from `least` to `most`, both included. */
  integer(least: number, most: number): number {
    this.thrown += 1;
    return least + (hashOf(this.seed, this.session, this.thrown) % (most - least + 1));
  }

  isBelow(probability: number): boolean {
    return this.uniform() < probability;
  }
}
