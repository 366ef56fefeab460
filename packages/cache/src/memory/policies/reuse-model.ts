import { AGE_BUCKETS, ageOfBucket, bucketOfAge } from "./age-buckets.ts";

/** Entries are of one class by how often they were used again: 0, 1, … 14, and more. */
const CLASSES = 16;
const CELLS = CLASSES * AGE_BUCKETS;
/** A hazard of few observations leans towards its neighbours' as if so many had been seen there. */
const NEIGHBOURS_WEIGHT = 5;
/** The same of the neighbours towards all classes together. */
const PRIOR_WEIGHT = 0.5;
const PRIOR_HAZARD = 0.05;

/**
 * What an entry's place is worth: uses to be expected from it for each use of the cache that it stays.
 *
 * For entries used again n times, how likely is a use at age a? Uses observed, those of ghosts included, are deaths in
 * the sense of survival analysis; entries of which nothing was heard yet are censored at their age, and the
 * estimator of Kaplan and Meier (1958) takes both. The value of keeping is the best rate that some horizon offers:
 * max over h of P(used within h) / E[min(time to use, h)], the index of Gittins (1979), which ranks jobs that
 * compete for one place. It is near the hit density of LHD (Beckmann, Chen, Cidon, NSDI '18), but does not depend on
 * what the present policy keeps. Where a use grows less likely with age it is LRU; where ages tell nothing, LFU; on a
 * loop it keeps what it has.
 */
export class ReuseModel {
  private readonly used = new Float64Array(CELLS);
  private readonly lost = new Float64Array(CELLS);
  private readonly waiting = new Float64Array(CELLS);
  private readonly atRisk = new Float64Array(CELLS);
  private readonly usedByAny = new Float64Array(AGE_BUCKETS);
  private readonly atRiskOfAny = new Float64Array(AGE_BUCKETS);
  private readonly hazard = new Float64Array(AGE_BUCKETS);
  private readonly worth = new Float64Array(CELLS);
  private readonly edges = Float64Array.from({ length: AGE_BUCKETS + 1 }, (_, bucket) =>
    ageOfBucket(bucket),
  );

  /** As long as nothing was observed, the oldest is worth least. */
  constructor() {
    for (let cell = 0; cell < CELLS; cell += 1) {
      this.worth[cell] = 1 / (1 + (this.edges[cell % AGE_BUCKETS] ?? 0));
    }
  }

  /** What an entry of this count and age is worth; only the order means something. */
  worthOf(count: number, age: number): number {
    return this.worth[cellOf(count, age)] ?? 0;
  }

  /** An entry of this count was used again at this age. */
  sawUse(count: number, age: number): void {
    const cell = cellOf(count, age);
    this.used[cell] = (this.used[cell] ?? 0) + 1;
  }

  /** An entry was forgotten at this age without a use. */
  sawLoss(count: number, age: number): void {
    const cell = cellOf(count, age);
    this.lost[cell] = (this.lost[cell] ?? 0) + 1;
  }

  /** So many entries of this count have reached this age and wait for a use; told before each `learn`. */
  sawWaiting(count: number, age: number, entries: number): void {
    const cell = cellOf(count, age);
    this.waiting[cell] = (this.waiting[cell] ?? 0) + entries;
  }

  /**
   * Values all cells anew, and lets what was seen fade.
   *
   * @param elapsed uses of the cache since the last lesson
   * @param halfLife uses after which what was seen weighs half
   */
  learn(elapsed: number, halfLife: number): void {
    const buckets = this.countAtRisk(halfLife);
    const kept = 0.5 ** (elapsed / halfLife);
    for (let first = 0; first < CELLS; first += AGE_BUCKETS) {
      this.estimateHazards(first, buckets);
      this.valueClass(first, buckets);
    }
    for (let cell = 0; cell < CELLS; cell += 1) {
      this.used[cell] = (this.used[cell] ?? 0) * kept;
      this.lost[cell] = (this.lost[cell] ?? 0) * kept;
      this.waiting[cell] = 0;
    }
  }

  /**
   * How many entries reached each bucket of age; answers how many buckets there is anything to say of. An entry
   * passed the younger ages some time ago, and its passing has faded as the uses seen then have.
   */
  private countAtRisk(halfLife: number): number {
    const { edges } = this;
    let buckets = 1;
    this.usedByAny.fill(0);
    this.atRiskOfAny.fill(0);
    for (let first = 0; first < CELLS; first += AGE_BUCKETS) {
      let reached = 0;
      for (let bucket = AGE_BUCKETS - 1; bucket >= 0; bucket -= 1) {
        const cell = first + bucket;
        const used = this.used[cell] ?? 0;
        const censored = (this.lost[cell] ?? 0) + (this.waiting[cell] ?? 0);
        const width = (edges[bucket + 1] ?? 0) - (edges[bucket] ?? 0);
        reached = reached * 0.5 ** (width / halfLife) + used + censored;
        const atRisk = reached - censored / 2;
        this.atRisk[cell] = atRisk;
        this.usedByAny[bucket] = (this.usedByAny[bucket] ?? 0) + used;
        this.atRiskOfAny[bucket] = (this.atRiskOfAny[bucket] ?? 0) + atRisk;
        if (reached > 0 && bucket >= buckets) buckets = bucket + 1;
      }
    }
    return Math.min(AGE_BUCKETS, buckets + 1);
  }

  private estimateHazards(first: number, buckets: number): void {
    for (let bucket = 0; bucket < buckets; bucket += 1) {
      const cell = first + bucket;
      const ofAny =
        ((this.usedByAny[bucket] ?? 0) + PRIOR_HAZARD * PRIOR_WEIGHT) /
        ((this.atRiskOfAny[bucket] ?? 0) + PRIOR_WEIGHT);
      const nearby =
        (nextTo(this.used, cell) + NEIGHBOURS_WEIGHT * ofAny) /
        (nextTo(this.atRisk, cell) + NEIGHBOURS_WEIGHT);
      const hazard =
        ((this.used[cell] ?? 0) + NEIGHBOURS_WEIGHT * nearby) /
        ((this.atRisk[cell] ?? 0) + NEIGHBOURS_WEIGHT);
      this.hazard[bucket] = Math.min(1, hazard);
    }
  }

  private valueClass(first: number, buckets: number): void {
    const { hazard, edges, worth } = this;
    for (let start = 0; start < buckets; start += 1) {
      let surviving = 1;
      let uses = 0;
      let time = 0;
      let best = 0;
      for (let bucket = start; bucket < buckets; bucket += 1) {
        const width = (edges[bucket + 1] ?? 0) - (edges[bucket] ?? 0);
        const usedHere = surviving * (hazard[bucket] ?? 0);
        uses += usedHere;
        time += (surviving - usedHere / 2) * width;
        surviving -= usedHere;
        if (uses > best * time) best = uses / time;
      }
      worth[first + start] = best;
    }
    worth.fill(0, first + buckets, first + AGE_BUCKETS);
  }
}

/** The same age in the classes below and above. */
function nextTo(column: Float64Array, cell: number): number {
  const below = cell >= AGE_BUCKETS ? (column[cell - AGE_BUCKETS] ?? 0) : 0;
  const above = cell < CELLS - AGE_BUCKETS ? (column[cell + AGE_BUCKETS] ?? 0) : 0;
  return below + above;
}

function cellOf(count: number, age: number): number {
  return (count < CLASSES ? count : CLASSES - 1) * AGE_BUCKETS + bucketOfAge(age);
}
