import type { RelationName } from "../snapshot/snapshot.ts";
import type { Aggregation } from "./reading/aggregation.ts";

/**
 * `trigger`: a table that triggers keep up to date with every write; `refresh`: a materialised view, as old as its last refresh.
 */
export type SummaryForm = "trigger" | "refresh";

/** A summary that does not exist yet. */
export interface Summary {
  readonly name: RelationName;
  readonly aggregation: Aggregation;
}

/** The column by which writers of the same group keep out of each other's way. */
export const SLOT = "slot";
/** The column of a materialised view that has no other key. */
export const ONLY_ROW = "is_only_row";
