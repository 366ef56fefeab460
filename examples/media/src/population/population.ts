import { languageOf, placeOf } from "./geography.ts";
import { hashOf, hexOf, uniformOf } from "./hash.ts";
import { type TableSizes, tableSizes } from "./sizes.ts";
import { PHRASE_COUNT, phraseOf, remarkOf } from "./words.ts";
import { createZipf, type Zipf } from "./zipf.ts";

/** What determines every generated row. */
export interface PopulationKey {
  /** 1 is about 1.5 million rows. */
  readonly scale: number;
  readonly seed: number;
  /** The instant at which the generated history ends. */
  readonly until: Date;
}

export type ContentKind = "video" | "live" | "audio" | "short";
export type ContentStatus = "draft" | "published" | "archived" | "removed";

/** A run of consecutive keyword ids: `firstId` … `firstId + count - 1`. */
export interface KeywordRun {
  readonly firstId: number;
  readonly count: number;
}

const DAY_MS = 86_400_000;
const CATALOGUE_AGE_MS = 3 * 365 * DAY_MS;

/** A fifth of the users publish and three tenths buy; ids are interleaved so that neither group is contiguous. */
const USERS_PER_CREATOR = 5;
const COLLECTOR_SHARE = 0.3;
/** The share of all keywords that one user, the curator, has: 10,000 at scale 1. */
const CURATOR_KEYWORD_SHARE = 0.1;

const PURPOSE = {
  country: 1,
  language: 2,
  wallet: 3,
  owner: 4,
  kind: 5,
  status: 6,
  contract: 7,
  holder: 8,
  phrase: 9,
  tags: 10,
  text: 11,
} as const;

/** Who and what the generated catalogue holds, as pure functions of ids. Ids start at 1. */
export class Population {
  readonly seed: number;
  readonly until: Date;
  readonly sizes: TableSizes;
  readonly creatorCount: number;
  readonly collectorCount: number;
  private readonly creators: Zipf;
  private readonly collectors: Zipf;
  private readonly popularity: Zipf;

  constructor(key: PopulationKey) {
    this.seed = key.seed;
    this.until = key.until;
    this.sizes = tableSizes(key.scale);
    this.creatorCount = Math.floor(this.sizes.users / USERS_PER_CREATOR);
    this.collectorCount = Math.floor(this.sizes.users * COLLECTOR_SHARE);
    this.creators = createZipf(this.creatorCount, 0.8, 20);
    this.collectors = createZipf(this.collectorCount, 0.7, 20);
    this.popularity = createZipf(this.sizes.content, 0.8, 50);
  }

  /** The user id of the creator with this rank; rank 0 publishes most. */
  creatorId(rank: number): number {
    return rank * USERS_PER_CREATOR + 1;
  }

  /** The user id of the collector with this rank; rank 0 holds and buys most. */
  collectorId(rank: number): number {
    return ((rank * 7_919) % this.sizes.users) + 1;
  }

  creatorAt(uniform: number): number {
    return this.creatorId(this.creators.rankOf(uniform));
  }

  collectorAt(uniform: number): number {
    return this.collectorId(this.collectors.rankOf(uniform));
  }

  /** A content id by popularity with the audience; popular ones are spread over all ages. */
  popularContentAt(uniform: number): number {
    return ((this.popularity.rankOf(uniform) * 1_000_003) % this.sizes.content) + 1;
  }

  countryOf(userId: number): string {
    return placeOf(uniformOf(this.seed, PURPOSE.country, userId)).country;
  }

  languageOf(userId: number): string {
    const place = placeOf(uniformOf(this.seed, PURPOSE.country, userId));
    return languageOf(place, hashOf(this.seed, PURPOSE.language, userId));
  }

  walletOf(userId: number): string {
    return `0x${hexOf(this.seed, PURPOSE.wallet, userId, 40)}`;
  }

  /** The contract that a creator's tokens are minted on. */
  contractOf(creatorId: number): string {
    return `0x${hexOf(this.seed, PURPOSE.contract, creatorId, 40)}`;
  }

  ownerOfContent(contentId: number): number {
    return this.creatorAt(uniformOf(this.seed, PURPOSE.owner, contentId));
  }

  kindOfContent(contentId: number): ContentKind {
    const uniform = uniformOf(this.seed, PURPOSE.kind, contentId);
    if (uniform < 0.55) return "video";
    if (uniform < 0.75) return "short";
    if (uniform < 0.9) return "audio";
    return "live";
  }

  /** Later ids are younger, and the catalogue grows faster and faster. */
  createdAtOfContent(contentId: number): number {
    const remaining = (this.sizes.content - contentId + 1) / this.sizes.content;
    return this.until.getTime() - Math.ceil(CATALOGUE_AGE_MS * remaining ** 1.5);
  }

  /** The young are often drafts, the old often archived. */
  statusOfContent(contentId: number): ContentStatus {
    const uniform = uniformOf(this.seed, PURPOSE.status, contentId);
    if (uniform < 0.02) return "removed";
    const ageDays = (this.until.getTime() - this.createdAtOfContent(contentId)) / DAY_MS;
    if (ageDays < 30) return uniform < 0.4 ? "draft" : "published";
    if (ageDays > 730) return uniform < 0.47 ? "archived" : "published";
    return uniform < 0.06 ? "draft" : "published";
  }

  /** The user who holds the token of a content; the token's number is the content's id. */
  holderOfContent(contentId: number): number {
    return this.collectorAt(uniformOf(this.seed, PURPOSE.holder, contentId));
  }

  /** The rank of the creator with far more keywords than anybody else. */
  get curatorRank(): number {
    return this.creatorCount - 1;
  }

  /** The keywords of the creator with this rank. */
  keywordsOf(rank: number): KeywordRun {
    const curated = Math.round(this.sizes.keywords * CURATOR_KEYWORD_SHARE);
    const shared = this.sizes.keywords - curated;
    if (rank === this.curatorRank) return { firstId: shared + 1, count: curated };
    const lastShare = this.creators.shareBelow(this.curatorRank);
    const before = Math.round((shared * this.creators.shareBelow(rank)) / lastShare);
    const through = Math.round((shared * this.creators.shareBelow(rank + 1)) / lastShare);
    return { firstId: before + 1, count: through - before };
  }

  /** Consecutive keyword ids have different phrases, so no user has one twice. */
  phraseOfKeyword(keywordId: number): string {
    return phraseOf((keywordId * 7_001) % PHRASE_COUNT);
  }

  /** Up to three of the owner's keywords. */
  tagsOfContent(contentId: number): readonly number[] {
    const rank = (this.ownerOfContent(contentId) - 1) / USERS_PER_CREATOR;
    const { firstId, count } = this.keywordsOf(rank);
    const wanted = Math.min(count, hashOf(this.seed, PURPOSE.tags, contentId) % 4);
    const offset = hashOf(this.seed, PURPOSE.tags, -contentId);
    return Array.from({ length: wanted }, (_, index) => firstId + ((offset + index) % count));
  }

  /** A text that somebody posted; numbers below the cache table's size have been classified. */
  postedText(number: number): string {
    const hash = hashOf(this.seed, PURPOSE.text, number);
    return `${phraseOf(hash % PHRASE_COUNT)} ${number}: ${remarkOf(hash >>> 16)}`;
  }
}
