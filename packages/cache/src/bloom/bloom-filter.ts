import { BLOCK_BYTES, BlockFilter, falsePositiveRateOf, hashesFor } from "./block-filter.ts";
import { readLinks, writeLinks } from "./bloom-bytes.ts";
import { badBloomOption } from "./errors.ts";
import { IdHash } from "./id-hash.ts";

export interface BloomOptions {
  /** Ids that are planned for; more are taken by further links. @default 100000 */
  readonly expectedIds?: number;
  /** Bits an id in the first link, 4 to 32; 10 give 0.9 % false positives. @default 10 */
  readonly bitsPerId?: number;
  /** Once reached, no link is added, and false positives grow instead. @default Infinity */
  readonly maxBytes?: number;
}

/** One filter of the chain. */
export interface BloomLink {
  readonly filter: BlockFilter;
  /** Ids for which it was sized. */
  readonly capacity: number;
  ids: number;
}

const GROWTH = 2;
/** Each link is this much stricter than the one before, so that the rates sum up to a bound. */
const MORE_BITS_PER_LINK = 2;
const MOST_BITS = 32;
/** A last link that is cut to the bytes that are left must be worth a look-up. */
const LEAST_SHARE_OF_LINK = 1 / 8;

/**
 * A set that forgets names: "certainly not in it" or "maybe in it". It never denies an id that was
 * added. When more ids come than were planned it grows by a chain of filters, each larger and
 * stricter, so that false positives stay bounded: below twice the first link's (Almeida, Baquero,
 * Preguiça, Hutchison, "Scalable Bloom Filters", Information Processing Letters 101, 2007).
 *
 * @throws StreamGateError `SG_CACHE_BAD_BLOOM_OPTION`
 * @example
 * ```ts
 * import { BloomFilter } from "@streamgate/cache";
 * const known = new BloomFilter({ expectedIds: 1_000_000 }); // 1.25 MB
 * known.add("3f2a");
 * known.mayContain("3f2a"); // true; for an id that was not added: false, in 99 of 100 cases
 * ```
 */
export class BloomFilter {
  readonly #links: BloomLink[] = [];
  readonly #bitsPerId: number;
  readonly #maxBytes: number;
  readonly #hash: IdHash = new IdHash();

  constructor(options: BloomOptions = {}) {
    const { expectedIds, bitsPerId, maxBytes } = resolve(options);
    this.#bitsPerId = bitsPerId;
    this.#maxBytes = maxBytes;
    const wanted = bytesFor(expectedIds, bitsPerId);
    this.#link(Math.max(BLOCK_BYTES, Math.min(wanted, roundDown(maxBytes))), bitsPerId);
  }

  /** Adds an id; false where it was in, or seemed to be in, already. */
  add(id: string | number): boolean {
    this.#hash.take(id);
    return this.addHashed(this.#hash);
  }

  /** False: `id` was never added. True: it was, or this is one of the few false positives. */
  mayContain(id: string | number): boolean {
    this.#hash.take(id);
    return this.mayContainHashed(this.#hash);
  }

  /** As {@link add}, for who asks several filters about one id. */
  addHashed(hash: IdHash): boolean {
    const { low, high } = hash;
    if (this.mayContainHashed(hash)) return false;
    const link = this.#linkWithRoom();
    link.filter.add(low, high);
    link.ids += 1;
    return true;
  }

  /** As {@link mayContain}, for who asks several filters about one id. */
  mayContainHashed(hash: IdHash): boolean {
    const links = this.#links;
    for (let at = 0; at < links.length; at += 1) {
      if (links[at]?.filter.has(hash.low, hash.high) === true) return true;
    }
    return false;
  }

  /** Distinct ids added, less those that were taken for present by mistake. */
  get ids(): number {
    return sum(this.#links, ({ ids }) => ids);
  }

  get sizeBytes(): number {
    return sum(this.#links, ({ filter }) => filter.words.byteLength);
  }

  /** Ids over the ids that its links are sized for; above 1 only where `maxBytes` forbids growth. */
  get saturation(): number {
    return this.ids / sum(this.#links, ({ capacity }) => capacity);
  }

  /** The expected share of absent ids for which it says "maybe", 0 to 1. */
  get falsePositiveRate(): number {
    const denied = this.#links.reduce(
      (share, { filter }) => share * (1 - falsePositiveRateOf(filter)),
      1,
    );
    return 1 - denied;
  }

  /** How many filters a check may have to ask. */
  get links(): number {
    return this.#links.length;
  }

  /** All of it as bytes, to be read by {@link BloomFilter.fromBytes} on a machine of the same byte order. */
  toBytes(): Uint8Array {
    const maxBytes = Number.isFinite(this.#maxBytes) ? this.#maxBytes : null;
    return writeLinks({ bitsPerId: this.#bitsPerId, maxBytes, links: this.#links });
  }

  /** @throws StreamGateError `SG_CACHE_BLOOM_UNREADABLE` */
  static fromBytes(bytes: Uint8Array): BloomFilter {
    const { bitsPerId, maxBytes, links } = readLinks(bytes);
    const filter = new BloomFilter({
      expectedIds: 1,
      bitsPerId,
      ...(maxBytes === null ? {} : { maxBytes }),
    });
    filter.#links.splice(0, 1, ...links);
    return filter;
  }

  #linkWithRoom(): BloomLink {
    const last = this.#links.at(-1);
    if (last !== undefined && last.ids < last.capacity) return last;
    const bits = Math.min(MOST_BITS, this.#bitsPerId + MORE_BITS_PER_LINK * this.#links.length);
    const wanted = bytesFor((last?.capacity ?? 1) * GROWTH, bits);
    const left = roundDown(this.#maxBytes - this.sizeBytes);
    if (last !== undefined && left < wanted * LEAST_SHARE_OF_LINK) return last;
    return this.#link(Math.min(wanted, left), bits);
  }

  #link(sizeBytes: number, bitsPerId: number): BloomLink {
    const link = {
      filter: new BlockFilter(sizeBytes / BLOCK_BYTES, hashesFor(bitsPerId)),
      capacity: Math.floor((sizeBytes * 8) / bitsPerId),
      ids: 0,
    };
    this.#links.push(link);
    return link;
  }
}

function resolve(options: BloomOptions): Required<BloomOptions> {
  const { expectedIds = 100_000, bitsPerId = 10, maxBytes = Number.POSITIVE_INFINITY } = options;
  if (!(expectedIds >= 0 && expectedIds <= 1e10)) {
    throw badBloomOption("expectedIds", expectedIds, "a number from 0 to 10 000 000 000");
  }
  if (!(bitsPerId >= 4 && bitsPerId <= MOST_BITS)) {
    throw badBloomOption("bitsPerId", bitsPerId, `a number from 4 to ${MOST_BITS}`);
  }
  if (!(maxBytes >= BLOCK_BYTES)) {
    throw badBloomOption("maxBytes", maxBytes, `at least ${BLOCK_BYTES}`);
  }
  return { expectedIds, bitsPerId, maxBytes };
}

function bytesFor(ids: number, bitsPerId: number): number {
  return Math.max(1, Math.ceil((ids * bitsPerId) / 8 / BLOCK_BYTES)) * BLOCK_BYTES;
}

function roundDown(bytes: number): number {
  return Number.isFinite(bytes) ? Math.floor(bytes / BLOCK_BYTES) * BLOCK_BYTES : bytes;
}

function sum(links: readonly BloomLink[], of: (link: BloomLink) => number): number {
  return links.reduce((total, link) => total + of(link), 0);
}
