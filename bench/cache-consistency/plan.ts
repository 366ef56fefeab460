import { type Random, seededRandom } from "@streamgate/core";

/** `near`: memory in front of Redis. `far`: Redis alone. The others are also cleared as a whole. */
export const PLACES = ["near", "far", "near-cleared", "far-cleared"] as const;
export type Place = (typeof PLACES)[number];

/** A row of the source: its version grows with every commit. */
interface Row {
  readonly name: string;
  /** `id`: the row of one id. `tag`: under a tag that is given with the read. `late`: under a tag that only the loader finds out. */
  readonly kind: "id" | "tag" | "late";
  /** Entries that are, or may be, made from it. */
  readonly entries: readonly Entry[];
}

/** A key of the cache, and the rows that its value is made from. */
export interface Entry {
  readonly place: Place;
  readonly id: string;
  readonly variant: string;
  /** As `invalidate({ keys })` takes it, and the name of the value. */
  readonly key: string;
  /** Numbers of rows: of its id first, then of its tags. */
  readonly rows: readonly number[];
  /** Numbers of rows of which the version of the id's row chooses one. */
  readonly lateRows: readonly number[];
  /** The names of its tags' rows. */
  readonly tags: readonly string[];
}

/** How long a load takes before and after it reads, ms; and whether it names a late tag before it reads its row. */
export interface LoadTiming {
  readonly beforeMs: number;
  readonly afterMs: number;
  readonly isTagNamedFirst: boolean;
}

export type Operation = { readonly waitMs: number } & (
  | { readonly does: "read"; readonly entry: number; readonly timing: LoadTiming }
  | { readonly does: "read many"; readonly entries: readonly number[]; readonly timing: LoadTiming }
  | { readonly does: "look at many"; readonly entries: readonly number[] }
  | {
      readonly does: "commit";
      readonly row: number;
      readonly by: "key" | "delete" | "tag" | "namespace";
      readonly isEverywhere: boolean;
    }
  | { readonly does: "commit and set"; readonly row: number; readonly entry: number }
);

interface Actor {
  readonly worker: number;
  readonly operations: readonly Operation[];
}

/** One interleaving on keys and tags of its own. */
export interface Schedule {
  readonly number: number;
  readonly rows: readonly Row[];
  readonly entries: readonly Entry[];
  readonly actors: readonly Actor[];
}

/** What schedules may contain. */
export interface Shape {
  readonly seed: number;
  readonly workers: number;
  /** The share of schedules that last for seconds, 0 to 1; the others last a tenth of one. */
  readonly longShare: number;
  readonly hasEverywhere: boolean;
  readonly hasBatches: boolean;
}

const SHORT_WAIT_MS = 20;
const LONG_WAIT_MS = 900;
const LONGEST_LOAD_MS = 20;
/** Longer than a lease: who joins such a load late must not get what it brings. */
const SLOW_LOAD_MS = 2_500;
const SLOW_LOAD_SHARE = 0.06;
const MOST_ACTORS = 5;

/** The same for the same seed and number, in every process. */
export function planSchedule(shape: Shape, number: number): Schedule {
  const random = seededRandom(
    Math.imul(shape.seed, 0x9e3779b1) ^ Math.imul(number + 1, 0x85ebca6b),
  );
  const isLong = random.next() < shape.longShare;
  const isBatch = shape.hasBatches && random.next() < 0.15;
  const isSoleWriter = !isBatch && random.next() < 0.2;
  const place = pickPlace(random);
  const layout = layOut(random, { number, place, isBatch, isPlain: isSoleWriter });
  const waitMs = isLong ? LONG_WAIT_MS : SHORT_WAIT_MS;
  const moves = new Moves(random, layout, waitMs, shape);
  const actors = Array.from({ length: 2 + random.integer(MOST_ACTORS - 1) }, (_, index) => ({
    worker: random.integer(shape.workers),
    operations: moves.sequence({
      length: (isLong ? 4 : 2) + random.integer(5),
      mayWrite: !isSoleWriter || index === 0,
      mustWrite: index === 0,
      sets: isSoleWriter,
      isBatch,
    }),
  }));
  return { number, ...layout, actors };
}

interface Layout {
  readonly rows: readonly Row[];
  readonly entries: readonly Entry[];
}

function layOut(
  random: Random,
  options: {
    readonly number: number;
    readonly place: Place;
    readonly isBatch: boolean;
    readonly isPlain: boolean;
  },
): Layout {
  const { number, isBatch, isPlain } = options;
  const prefix = `s${number}`;
  const ids = isPlain ? 1 : isBatch ? 2 + random.integer(3) : 1 + random.integer(2);
  const tags = isPlain ? 0 : random.integer(3);
  const late = isPlain || isBatch || random.next() < 0.6 ? 0 : 1 + random.integer(2);
  const rows: Row[] = [];
  const entries: Entry[] = [];
  const addRow = (kind: Row["kind"]): number =>
    rows.push({ name: `${prefix}${kind}${rows.length}`, kind, entries: [] }) - 1;
  const tagRows = Array.from({ length: tags }, () => addRow("tag"));
  const lateRows = Array.from({ length: late }, () => addRow("late"));
  for (let index = 0; index < ids; index += 1) {
    const idRow = addRow("id");
    const place = isBatch || random.next() < 0.7 ? options.place : pickPlace(random);
    const own = isBatch ? tagRows : tagRows.filter(() => random.next() < 0.8);
    const variants = !isPlain && !isBatch && random.next() < 0.25 ? ["", "de"] : [""];
    for (const variant of variants) {
      const id = `${prefix}i${index}`;
      entries.push({
        place,
        id,
        variant,
        key: variant === "" ? `${place}:${id}` : `${place}:${id}:${variant}`,
        rows: [idRow, ...own],
        lateRows,
        tags: own.map((row) => rows[row]?.name ?? ""),
      });
    }
  }
  const users = (row: number): readonly Entry[] =>
    entries.filter((entry) => entry.rows.includes(row) || entry.lateRows.includes(row));
  return { rows: rows.map((row, index) => ({ ...row, entries: users(index) })), entries };
}

function pickPlace(random: Random): Place {
  const drawn = random.next();
  if (drawn < 0.55) return "near";
  if (drawn < 0.88) return "far";
  return drawn < 0.95 ? "near-cleared" : "far-cleared";
}

/** Draws operations. */
class Moves {
  readonly #random: Random;
  readonly #layout: Layout;
  readonly #waitMs: number;
  readonly #shape: Shape;

  constructor(random: Random, layout: Layout, waitMs: number, shape: Shape) {
    this.#random = random;
    this.#layout = layout;
    this.#waitMs = waitMs;
    this.#shape = shape;
  }

  sequence(options: {
    readonly length: number;
    readonly mayWrite: boolean;
    readonly mustWrite: boolean;
    readonly sets: boolean;
    readonly isBatch: boolean;
  }): readonly Operation[] {
    const random = this.#random;
    const operations: Operation[] = [];
    const writesAt = options.mustWrite ? random.integer(options.length) : -1;
    for (let index = 0; index < options.length; index += 1) {
      if (index === writesAt || (options.mayWrite && random.next() < 0.28)) {
        const written = this.#write(options.sets);
        operations.push(written.operation);
        // A reader who knows of the write is the one who must see it.
        if (random.next() < 0.6) operations.push(this.#read(written.entry, 0));
      } else operations.push(options.isBatch ? this.#many() : this.#read(this.#anyEntry()));
    }
    return operations;
  }

  #write(maySet: boolean): { readonly operation: Operation; readonly entry: number } {
    const random = this.#random;
    const { rows, entries } = this.#layout;
    const row = random.integer(rows.length);
    const { kind } = rows[row] as Row;
    const users = entries
      .map((_, entry) => entry)
      .filter((entry) => rows[row]?.entries.includes(entries[entry] as Entry));
    const entry = users.length === 0 ? this.#anyEntry() : random.pick(users);
    const waitMs = this.#wait();
    if (maySet && random.next() < 0.5) {
      return { operation: { waitMs, does: "commit and set", row, entry }, entry };
    }
    const isCleared = entries[entry]?.place.endsWith("-cleared") === true;
    const isEverywhere = this.#shape.hasEverywhere && random.next() < 0.1;
    const byId =
      isCleared && random.next() < 0.2 ? "namespace" : random.pick(["key", "delete"] as const);
    const by = kind === "id" ? byId : "tag";
    return { operation: { waitMs, does: "commit", row, by, isEverywhere }, entry };
  }

  #read(entry: number, waitMs = this.#wait()): Operation {
    return { waitMs, does: "read", entry, timing: this.#timing() };
  }

  #many(): Operation {
    const random = this.#random;
    const drawn = random.next();
    if (drawn < 0.3) return this.#read(this.#anyEntry());
    const all = this.#layout.entries.map((_, entry) => entry);
    const entries = all.filter(() => random.next() < 0.7);
    const waitMs = this.#wait();
    if (drawn < 0.5) return { waitMs, does: "look at many", entries };
    return { waitMs, does: "read many", entries, timing: this.#timing() };
  }

  #timing(): LoadTiming {
    const isTagNamedFirst = this.#random.next() < 0.5;
    return { beforeMs: this.#loadMs(), afterMs: this.#loadMs(), isTagNamedFirst };
  }

  #loadMs(): number {
    const drawn = this.#random.next();
    if (this.#waitMs === LONG_WAIT_MS && drawn < SLOW_LOAD_SHARE) {
      return this.#random.next() * SLOW_LOAD_MS;
    }
    return drawn < 0.4 ? 0 : this.#random.next() * LONGEST_LOAD_MS;
  }

  /** Often none, mostly short, rarely the longest. */
  #wait(): number {
    return this.#random.next() < 0.25 ? 0 : this.#random.next() ** 1.5 * this.#waitMs;
  }

  #anyEntry(): number {
    return this.#random.integer(this.#layout.entries.length);
  }
}
