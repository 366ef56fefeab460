import { BloomFilter } from "./bloom-filter.ts";
import type { IdHash } from "./id-hash.ts";

/** Stricter than the main filter, because every generation adds to its false positives. */
const BITS_PER_ID = 14;
const EXPECTED_IDS = 4_096;

interface Sealed {
  readonly filter: BloomFilter;
  readonly sealedAtMs: number;
}

/**
 * Ids that were added from outside, kept apart from the filter that a source fills. A rebuild
 * replaces that filter and cannot touch these, so no interleaving of additions and rebuilds loses one.
 * They lie in generations; one is dropped when a rebuild that began `settleMs` after its
 * last addition has succeeded: by then the source must show the row itself.
 */
export class RecentAdditions {
  readonly #settleMs: number;
  readonly #maxBytes: number;
  #open: BloomFilter | undefined;
  #sealed: readonly Sealed[] = [];

  constructor(settleMs: number, maxBytes: number) {
    this.#settleMs = settleMs;
    this.#maxBytes = maxBytes;
  }

  add(hash: IdHash): void {
    this.#open ??= new BloomFilter({
      expectedIds: EXPECTED_IDS,
      bitsPerId: BITS_PER_ID,
      maxBytes: this.#maxBytes / MOST_GENERATIONS,
    });
    this.#open.addHashed(hash);
  }

  mayContain(hash: IdHash): boolean {
    if (this.#open?.mayContainHashed(hash) === true) return true;
    const sealed = this.#sealed;
    for (let at = 0; at < sealed.length; at += 1) {
      if (sealed[at]?.filter.mayContainHashed(hash) === true) return true;
    }
    return false;
  }

  /** A rebuild begins: what was added so far may be dropped by a later one. */
  seal(nowMs: number): void {
    const latest = this.#sealed.at(-1);
    const isCrowded = latest !== undefined && nowMs - latest.sealedAtMs < this.#settleMs / 2;
    if (this.#open === undefined || isCrowded || this.#sealed.length >= MOST_GENERATIONS - 1) {
      return;
    }
    this.#sealed = [...this.#sealed, { filter: this.#open, sealedAtMs: nowMs }];
    this.#open = undefined;
  }

  /** A rebuild that began at `begunAtMs` has succeeded. */
  settle(begunAtMs: number): void {
    this.#sealed = this.#sealed.filter(({ sealedAtMs }) => sealedAtMs > begunAtMs - this.#settleMs);
  }

  get ids(): number {
    return this.#filters().reduce((sum, { ids }) => sum + ids, 0);
  }

  get sizeBytes(): number {
    return this.#filters().reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  }

  get falsePositiveRate(): number {
    return 1 - this.#filters().reduce((rest, each) => rest * (1 - each.falsePositiveRate), 1);
  }

  #filters(): readonly BloomFilter[] {
    const sealed = this.#sealed.map(({ filter }) => filter);
    return this.#open === undefined ? sealed : [...sealed, this.#open];
  }
}

/** Each costs a look-up; with two seals a settling time at the most, four are enough. */
const MOST_GENERATIONS = 4;
