import type { FieldsQuery, Figure, Instant, PageQuery, SourceHealth } from "./basics.ts";
import type { RecommendationSummary } from "./recommendations.ts";

export interface IndexSummary {
  readonly id: string;
  readonly database: string;
  readonly table: string;
  readonly name: string;
  readonly definition: string;
  readonly size: Figure;
  readonly scans: Figure;
  /** What keeping it up to date costs a written row; estimated unless a lab measured it. */
  readonly writeCost: Figure;
  readonly isUnique: boolean;
  readonly isPrimary: boolean;
  readonly isValid: boolean;
  /** Share of its bytes that a rebuild would free, 0 to 1; null value where nobody has looked. */
  readonly bloat: Figure;
  /** Null before PostgreSQL 16, and where it was never scanned. */
  readonly lastScanAt: Instant | null;
  /** Since when StreamGate watches it. */
  readonly watchedSince: Instant | null;
  readonly usage: IndexUsage;
}

/** How an index was used of late. */
export interface IndexUsage {
  /** When the first step begins, in ms since 1970. */
  readonly startMs: number;
  /** An hour where it has series of its own, as the busiest and the largest indexes of a database have; else a day. */
  readonly stepMs: number;
  /** Scans in each step; null where nobody looked. Empty where nothing is known yet. */
  readonly scans: readonly (number | null)[];
}

export interface IndexesQuery extends PageQuery, FieldsQuery {
  /** @maxLength 200 */
  readonly database?: string;
  /** @maxLength 200 */
  readonly table?: string;
  /** @maxLength 200 */
  readonly search?: string;
  /** @default "size" */
  readonly sort?: "size" | "scans" | "bloat" | "name";
}

export interface IndexPage {
  readonly items: readonly IndexSummary[];
  readonly next: string | null;
  readonly total: number;
  readonly sources: readonly SourceHealth[];
}

/** An index that should perhaps not be as it is, and why. */
export interface IndexCase {
  readonly index: IndexSummary;
  readonly reason: string;
  /** What speaks against doing anything: a replica may use it, a constraint needs it. */
  readonly caveats: readonly string[];
  /** What would be won. */
  readonly freed: Figure;
  /** Rows of its table that are written in an hour, each of which may have to enter it. */
  readonly writesSaved: Figure;
  /** The SQL that would mend it; empty where it is not advised. */
  readonly sql: string;
  /** Why nothing is advised yet; null where it is, and where the caveats say why. */
  readonly refusal: IndexRefusal | null;
  /** The other one, of duplicates. */
  readonly other: IndexSummary | null;
  /** How long it has been watched. */
  readonly watchedSince: Instant | null;
}

/** Why an index is not to be dropped. */
export interface IndexRefusal {
  /** Stable word: `foreign-key`, `unique`, `replica-identity`, `watched-too-briefly`. */
  readonly reason: string;
  readonly explanation: string;
}

/** An index that is not used, or looks superfluous, and must stay all the same. */
export interface KeptIndex extends IndexRefusal {
  readonly index: IndexSummary;
}

export interface IndexCaseList {
  readonly items: readonly IndexCase[];
  /** Those that look like a case and are refused, each with its reason; of all pages. */
  readonly refused: readonly KeptIndex[];
  readonly next: string | null;
  readonly total: number;
  readonly sources: readonly SourceHealth[];
}

export interface MissingIndexList {
  readonly items: readonly RecommendationSummary[];
  readonly next: string | null;
  readonly total: number;
  readonly sources: readonly SourceHealth[];
}
