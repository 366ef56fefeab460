import type { Declined } from "@streamgate/core";
import { qualify } from "../schema/identifiers.ts";
import type { RelationName } from "../snapshot/snapshot.ts";
import type { Difference } from "./index-cover.ts";
import type { IndexDuty, IndexPortrait } from "./index-portrait.ts";

/** Why an index is not dropped. A stable word each, for the reader and for tests. */
export const DROP_REASONS = [
  // Something needs it that is no scan.
  "primary-key",
  "unique",
  "refresh-concurrently",
  "constraint",
  "replica-identity",
  "referenced",
  "foreign-key",
  "clustering",
  "extension",
  "partition",
  // It is used, or may be.
  "scanned",
  "scanned-before",
  "takes-over",
  "statement-loses",
  "estimates-change",
  "on-conflict",
  "named-in-statement",
  "named-in-function",
  // Too little is known.
  "statement-not-planned",
  "watched-too-briefly",
  "replicas-not-read",
  "primary-not-read",
  "table-not-read",
  "table-too-small",
  "being-built",
  "lacks-a-partition",
  // It looks like a duplicate and is none.
  "differs-in-method",
  "differs-in-operator-class",
  "differs-in-collation",
  "differs-in-predicate",
  "differs-in-uniqueness",
  "differs-in-order",
  "differs-in-included-columns",
  "differs-in-storage-options",
  // It is none of ours.
  "not-users-own",
] as const;
export type DropReason = (typeof DROP_REASONS)[number];

/** A drop that was weighed and is not advised. */
export function declineDrop(
  index: RelationName,
  reason: DropReason,
  explanation: string,
): Declined & { readonly reason: DropReason } {
  return { candidate: qualify(index), reason, explanation };
}

/** The word for a duty, and the half sentence that tells of it. */
export function dutyReason(
  duty: IndexDuty,
  { table }: IndexPortrait,
): { readonly reason: DropReason; readonly why: string } {
  switch (duty.kind) {
    case "primary key":
      return { reason: "primary-key", why: "it is the primary key" };
    case "unique":
      return table?.kind === "materialized view"
        ? {
            reason: "refresh-concurrently",
            why: "REFRESH MATERIALIZED VIEW CONCURRENTLY needs it",
          }
        : {
            reason: "unique",
            why: "it keeps rows unique, and ON CONFLICT and the planner count on that",
          };
    case "constraint":
      return { reason: "constraint", why: `the constraint ${duty.name} needs it` };
    case "replica identity":
      return { reason: "replica-identity", why: "logical replication names rows by it" };
    case "referenced":
      return {
        reason: "referenced",
        why: `the foreign key ${duty.by.join(", ")} refers to its keys`,
      };
    case "foreign key":
      return {
        reason: "foreign-key",
        why: `without it, deletes of rows that ${duty.names.join(", ")} refers to would read the whole table`,
      };
  }
}

/** The word for what an index does that its seeming duplicate does not. */
export function differenceReason(difference: Difference): DropReason {
  switch (difference) {
    case "method":
      return "differs-in-method";
    case "operator class":
      return "differs-in-operator-class";
    case "collation":
      return "differs-in-collation";
    case "predicate":
      return "differs-in-predicate";
    case "uniqueness":
      return "differs-in-uniqueness";
    case "order":
      return "differs-in-order";
    case "included columns":
      return "differs-in-included-columns";
    case "storage options":
      return "differs-in-storage-options";
  }
}
