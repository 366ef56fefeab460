import type { Proposal } from "../proposal.ts";
import { keyOn } from "../search-terms.ts";
import type { TypeFamily } from "../type-family.ts";
import type { Rule } from "./rule.ts";

/** 32 MB: below it a B-tree is small as well. */
const LEAST_PAGES = 4_096;
const LEAST_CORRELATION = 0.9;
/** A table of fewer pages than this gets smaller ranges, so that there are ranges enough to leave out. */
const LARGE_TABLE_PAGES = 131_072;
const FAMILIES: ReadonlySet<TypeFamily> = new Set<TypeFamily>([
  "number",
  "date",
  "timestamp",
  "timestamp with time zone",
  "time",
  "uuid",
  "text",
]);

/** Ranges of a column whose values lie in the table in their order: a few pages of index tell which parts to read (manual, 65.5). */
export const summariseBlocks: Rule = ({ table, use, facts, tableFacts, statement }) => {
  if (tableFacts.pages < LEAST_PAGES) return [];
  const found = new Map<string, Proposal>();
  for (const { column, kind, joinedWith } of use.predicates) {
    if (joinedWith !== null || kind !== "range") continue;
    const correlation = Math.abs(facts.statistics(use.relation, column)?.correlation ?? 0);
    if (correlation < LEAST_CORRELATION) continue;
    if (!facts.canBeKey(use.relation, column)) continue;
    if (!FAMILIES.has(facts.family(use.relation, column))) continue;
    const { schema, name } = table;
    found.set(column, {
      family: "block range",
      definition: {
        table: { schema, name },
        method: "brin",
        keys: [keyOn(column, null)],
        include: [],
        predicate: null,
        options: tableFacts.pages < LARGE_TABLE_PAGES ? ["pages_per_range=32"] : [],
      },
      interchangeable: 1,
      fingerprints: [statement.fingerprint],
      origin: `range on ${column}, whose values lie in the table in their order (correlation ${correlation.toFixed(2)})`,
    });
  }
  return [...found.values()];
};
