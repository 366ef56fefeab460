import type { Proposal } from "../proposal.ts";
import { keyOn } from "../search-terms.ts";
import type { TypeFamily } from "../type-family.ts";
import type { Rule } from "./rule.ts";

/** From here on a B-tree entry is several times the 16 bytes of a hash index's. */
const LEAST_WIDTH_BYTES = 48;
const LEAST_DISTINCT = 1_000;
const FAMILIES: ReadonlySet<TypeFamily> = new Set<TypeFamily>(["text", "bytes", "jsonb"]);

/** Equality on long values that hardly repeat: an entry holds four bytes of hash in place of the value (manual, 65.6). */
export const hashLongValues: Rule = ({ table, use, facts, statement }) => {
  const found = new Map<string, Proposal>();
  for (const { column, kind, operator } of use.predicates) {
    const isEquality = (kind === "equal" && operator === "=") || kind === "any of";
    const width = facts.averageWidth(use.relation, column);
    if (!isEquality || width < LEAST_WIDTH_BYTES) continue;
    if (!FAMILIES.has(facts.family(use.relation, column))) continue;
    if (facts.distinctValues(use.relation, column) < LEAST_DISTINCT) continue;
    if (!facts.isStored(use.relation, column)) continue;
    const { schema, name } = table;
    found.set(column, {
      family: "hash",
      definition: {
        table: { schema, name },
        method: "hash",
        keys: [keyOn(column, null)],
        include: [],
        predicate: null,
        options: [],
      },
      interchangeable: 1,
      fingerprints: [statement.fingerprint],
      origin: `equality on ${column}, whose values are ${Math.round(width)} bytes long on average`,
    });
  }
  return [...found.values()];
};
