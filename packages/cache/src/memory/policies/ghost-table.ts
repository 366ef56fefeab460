const WAYS = 8;
const TIME_BITS = 14;
const TIME_MASK = 2 ** TIME_BITS - 1;
const COUNT_MASK = 15;
const FINGERPRINT_MASK = 2 ** 14 - 1;
const HASHES = 2 ** 32;
/** Steps of a ghost's clock in the time of as many uses as there are entries; it wraps after 2,048 such times. */
const STEPS_AN_AIM = 8;
/** The table is laid out anew when the wanted size left this range of the present one. */
const MOST_GROWTH = 1.25;
const LEAST_SHARE = 0.5;

/** What is still known of an entry that left. */
export interface Ghost {
  /** Uses of the cache since the entry's last use. */
  age: number;
  /** How often it was used again, 0 to 15. */
  count: number;
}

/**
 * What left the cache not long ago, in four bytes an entry: 14 bits of the key's hash, a count of uses, and a
 * coarse time. A set of eight lies together; the oldest of a full set makes room.
 */
export class GhostTable {
  private cells: Uint32Array = new Uint32Array(0);
  private sets = 0;
  private usesAStep = 1;
  private wantedSets = 1;
  private wantedUsesAStep = 1;
  private readonly found: Ghost = { age: 0, count: 0 };

  get capacity(): number {
    return this.cells.length;
  }

  /** Wants room for `ghosts` beside a cache of `entries`. */
  aim(ghosts: number, entries: number): void {
    this.wantedSets = Math.max(1, Math.ceil(ghosts / WAYS));
    this.wantedUsesAStep = Math.max(1, Math.ceil(entries / STEPS_AN_AIM));
  }

  /**
   * Remembers a key; a forgotten one is returned, to be read before the next call.
   *
   * @param lastUse the number of the entry's last use, at most `now`
   */
  put(keyHash: number, lastUse: number, count: number, now: number): Ghost | undefined {
    this.fitSize(now);
    const first = this.firstCellOf(keyHash);
    const fingerprint = fingerprintOf(keyHash);
    let chosen = first;
    let oldest = -1;
    for (let cell = first; cell < first + WAYS; cell += 1) {
      const content = this.cells[cell] ?? 0;
      if (content === 0 || content >>> (32 - 14) === fingerprint) {
        chosen = cell;
        oldest = -1;
        break;
      }
      const age = this.stepsSince(content, now);
      if (age > oldest) {
        oldest = age;
        chosen = cell;
      }
    }
    const forgotten = oldest < 0 ? undefined : this.read(this.cells[chosen] ?? 0, now);
    this.cells[chosen] = pack(fingerprint, count, Math.floor(lastUse / this.usesAStep));
    return forgotten;
  }

  /** Takes a key out that comes back; the answer is to be read before the next call. */
  take(keyHash: number, now: number): Ghost | undefined {
    if (this.sets === 0) return undefined;
    const first = this.firstCellOf(keyHash);
    const fingerprint = fingerprintOf(keyHash);
    for (let cell = first; cell < first + WAYS; cell += 1) {
      const content = this.cells[cell] ?? 0;
      if (content === 0 || content >>> (32 - 14) !== fingerprint) continue;
      this.cells[cell] = 0;
      return this.read(content, now);
    }
    return undefined;
  }

  /** The ghost in a cell, undefined when it is empty; to be read before the next call. */
  at(cell: number, now: number): Ghost | undefined {
    const content = this.cells[cell] ?? 0;
    return content === 0 ? undefined : this.read(content, now);
  }

  /** A ghost's set is a range of hashes, so that a table of another size keeps what the old one knew. */
  private fitSize(now: number): void {
    const isFit =
      this.wantedSets <= this.sets * MOST_GROWTH && this.wantedSets >= this.sets * LEAST_SHARE;
    if (isFit) return;
    const { cells: old, sets: oldSets, usesAStep: oldStep } = this;
    this.sets = this.wantedSets;
    this.usesAStep = this.wantedUsesAStep;
    this.cells = new Uint32Array(this.sets * WAYS);
    if (oldSets === 0) return;
    for (let cell = 0; cell < this.cells.length; cell += 1) {
      const set = Math.floor(cell / WAYS);
      const oldSet = Math.floor((set * oldSets) / this.sets);
      const content = old[oldSet * WAYS + (cell % WAYS)] ?? 0;
      if (content === 0) continue;
      const age = stepsBetween(content, now, oldStep) * oldStep;
      const lastUse = Math.floor(Math.max(0, now - age) / this.usesAStep);
      this.cells[cell] = pack(content >>> (32 - 14), countOf(content), lastUse);
    }
  }

  private firstCellOf(keyHash: number): number {
    return Math.floor((keyHash / HASHES) * this.sets) * WAYS;
  }

  private stepsSince(content: number, now: number): number {
    return stepsBetween(content, now, this.usesAStep);
  }

  private read(content: number, now: number): Ghost {
    this.found.age = this.stepsSince(content, now) * this.usesAStep;
    this.found.count = countOf(content);
    return this.found;
  }
}

function stepsBetween(content: number, now: number, usesAStep: number): number {
  return (Math.floor(now / usesAStep) - content) & TIME_MASK;
}

function pack(fingerprint: number, count: number, steps: number): number {
  return ((fingerprint << (32 - 14)) | (count << TIME_BITS) | (steps & TIME_MASK)) >>> 0;
}

function countOf(content: number): number {
  return (content >>> TIME_BITS) & COUNT_MASK;
}

/** The low bits, as the high ones choose the set; never 0, which marks an empty cell. */
function fingerprintOf(keyHash: number): number {
  return keyHash & FINGERPRINT_MASK || 1;
}
