import { type IndexRequirement, keysFor } from "../index-requirement.ts";
import { btreeWith } from "../merge-requirements.ts";
import type { Proposal } from "../proposal.ts";
import { keyOn } from "../search-terms.ts";
import { columnsToCarry } from "./covering.ts";
import { constantParts, rareParts, type TablePart } from "./partial-predicates.ts";
import type { Rule, RuleInput } from "./rule.ts";

const PARTS_AT_MOST = 3;
const LEAST_VISIBLE_SHARE = 0.2;

/** Indexes of a part of the table: the one that the statement's own conditions never leave (manual, 11.8). */
export const indexParts: Rule = (input) => {
  const constant = constantParts(input).slice(0, PARTS_AT_MOST);
  const rare = rareParts(input).slice(0, PARTS_AT_MOST);
  const together = constant.length > 1 ? [combined(constant)] : [];
  return [...together, ...[...constant, ...rare].map((part) => [part])].flatMap((parts) =>
    proposalsFor(input, parts),
  );
};

/** Conditions that never change, all in one predicate, the smallest part first. */
function combined(parts: readonly TablePart[]): readonly TablePart[] {
  const [one, other] = parts;
  return one === undefined || other === undefined ? parts : [one, other];
}

function proposalsFor(input: RuleInput, parts: readonly TablePart[]): readonly Proposal[] {
  const { table, use, statement, tableFacts } = input;
  const predicate = parts.map((part) => part.predicate).join(" AND ");
  const reasons = parts.map((part) => part.reason).join(", and ");
  const constant = new Set(parts.flatMap(({ column, isOneValue }) => (isOneValue ? [column] : [])));
  const share = parts.reduce((product, part) => product * part.share, 1);
  const why = `only where ${predicate} (${Number((share * 100).toPrecision(2))} % of the rows): ${reasons}`;
  const found: Proposal[] = [];
  for (const requirement of inPart(input, constant, parts)) {
    const keys = keysFor(requirement);
    const held = new Set([...keys.map(({ column }) => column), ...constant]);
    const definition = { ...btreeWith(table, keys), predicate };
    const proposal: Proposal = {
      family: "partial",
      definition,
      interchangeable: requirement.equal.length,
      fingerprints: [statement.fingerprint],
      origin: `${requirement.origin}; ${why}`,
    };
    found.push(proposal);
    const include = use.role === "read" ? columnsToCarry(input, held) : null;
    if (include === null || include.length === 0) continue;
    if (tableFacts.allVisibleShare < LEAST_VISIBLE_SHARE) continue;
    found.push({
      ...proposal,
      definition: { ...definition, include },
      origin: `${requirement.origin}; carries ${include.join(", ")}; ${why}`,
    });
  }
  return found;
}

/** What the use asks for within the part: its requirements without the columns that have one value there. */
function inPart(
  { requirements, statement, facts, use }: RuleInput,
  constant: ReadonlySet<string>,
  parts: readonly TablePart[],
): readonly IndexRequirement[] {
  const isFree = ({ column }: { readonly column: string | null }): boolean =>
    column === null || !constant.has(column);
  const found = new Map<string, IndexRequirement>();
  for (const requirement of requirements) {
    const equal = requirement.equal.filter(isFree);
    const ordered = requirement.ordered.filter(isFree);
    if (equal.length + ordered.length === 0) continue;
    found.set(JSON.stringify([equal, ordered]), { ...requirement, equal, ordered });
  }
  if (found.size > 0) return [...found.values()];
  const [first] = parts;
  if (first === undefined || !facts.canBeKey(use.relation, first.column)) return [];
  const origin = `the part by ${first.column} alone`;
  const key = keyOn(first.column, null);
  return [{ equal: [key], ordered: [], origin, fingerprint: statement.fingerprint }];
}
