import { isDeepStrictEqual } from "node:util";
import type { IndexKey } from "../candidate.ts";
import { type IndexRequirement, keysFor } from "../index-requirement.ts";
import { btreeWith } from "../merge-requirements.ts";
import type { Proposal } from "../proposal.ts";
import type { Rule, RuleInput } from "./rule.ts";

/** More make the index as wide as its table. */
const CARRIED_AT_MOST = 7;
const CARRIED_BYTES_AT_MOST = 120;
/** An index of nearly the whole row is a second table. */
const LARGEST_SHARE_OF_ROW = 0.8;
/** Below it nearly every row is looked up in the table all the same: VACUUM helps more than columns. */
const LEAST_VISIBLE_SHARE = 0.2;

/**
 * Index-only scans: each B-tree that the use asks for, with all other columns that the statement reads of the table. Only where these
 * are few and narrow, and where VACUUM has marked enough pages all-visible (manual, 11.9).
 */
export const coverReads: Rule = (input) => {
  const { table, use, tableFacts, requirements, statement } = input;
  if (use.role !== "read" || use.columnsRead.size === 0) return [];
  if (tableFacts.allVisibleShare < LEAST_VISIBLE_SHARE) return [];
  return requirements.filter(endsAtOrder).flatMap((requirement): readonly Proposal[] => {
    const keys = keysFor(requirement);
    const held = new Set(keys.map(({ column }) => column));
    const include = columnsToCarry(input, held);
    if (include === null || include.length === 0) return [];
    return [
      {
        family: "covering",
        definition: { ...btreeWith(table, keys), include },
        interchangeable: requirement.equal.length,
        fingerprints: [statement.fingerprint],
        origin: `${requirement.origin}; carries ${include.join(", ")}, so that the table need not be visited (${percent(tableFacts.allVisibleShare)} of its pages are all-visible)`,
      },
    ];
  });
};

/** A filter behind an order saves visits to the table, of which a covering index makes none. */
function endsAtOrder(
  { equal, ordered }: IndexRequirement,
  _: number,
  all: readonly IndexRequirement[],
): boolean {
  return !all.some(
    (other) =>
      other.ordered.length > 0 &&
      other.ordered.length < ordered.length &&
      isStart(other.equal, equal) &&
      other.equal.length === equal.length &&
      isStart(other.ordered, ordered),
  );
}

function isStart(start: readonly IndexKey[], keys: readonly IndexKey[]): boolean {
  return start.every((key, position) => isDeepStrictEqual(key, keys[position]));
}

/** What the statement reads beside the keys, in alphabetical order; null where it is too much. */
export function columnsToCarry(
  { use, facts }: RuleInput,
  held: ReadonlySet<string | null>,
): readonly string[] | null {
  const { relation } = use;
  const wanted = [...use.columnsRead].filter((column) => !held.has(column)).toSorted();
  const bytesOf = (columns: readonly string[]): number =>
    columns.reduce((sum, column) => sum + facts.averageWidth(relation, column), 0);
  const rowBytes = bytesOf(relation.columns.map(({ name }) => name));
  const ownBytes = bytesOf([...use.columnsRead]);
  if (rowBytes > 0 && ownBytes > rowBytes * LARGEST_SHARE_OF_ROW) return null;
  return canCarry(wanted, relation, facts) ? wanted : null;
}

/** Whether an index may carry these columns beside its keys. */
export function canCarry(
  columns: readonly string[],
  relation: RuleInput["table"],
  facts: RuleInput["facts"],
): boolean {
  if (columns.length > CARRIED_AT_MOST) return false;
  const bytes = columns.reduce((sum, column) => sum + facts.averageWidth(relation, column), 0);
  return (
    bytes <= CARRIED_BYTES_AT_MOST && columns.every((column) => facts.isStored(relation, column))
  );
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
