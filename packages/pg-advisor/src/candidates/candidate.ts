import type { RelationName } from "../snapshot/snapshot.ts";

/** What an index would be, apart from its name. */
export interface IndexDefinition {
  readonly table: RelationName;
  readonly method: "btree";
  readonly keys: readonly IndexKey[];
  /** Columns carried for index-only scans. */
  readonly include: readonly string[];
  /** Predicate of a partial index, as SQL; null for a full one. */
  readonly predicate: string | null;
}

export interface IndexKey {
  readonly column: string;
  readonly direction: "asc" | "desc";
  /** PostgreSQL's default is `last` for asc and `first` for desc. */
  readonly nulls: "first" | "last";
}

/** An index that might help, and why it was thought of. */
export interface Candidate {
  /** Unique among the candidates; also the name under which the twin knows it. */
  readonly id: string;
  readonly definition: IndexDefinition;
  /** The statements that it was derived from. */
  readonly fingerprints: readonly string[];
  /** In words: `equality on user_id and status, order by created_at desc`. */
  readonly origin: string;
}
