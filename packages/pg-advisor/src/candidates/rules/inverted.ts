import type { ColumnPredicate } from "../../workload/shape/statement-shape.ts";
import type { IndexKey, IndexMethod } from "../candidate.ts";
import type { Proposal } from "../proposal.ts";
import { expressionOf, keyOn } from "../search-terms.ts";
import type { TypeFamily } from "../type-family.ts";
import type { Rule, RuleInput } from "./rule.ts";

/** A method with the operator class by which it is searched; null for the type's own. */
interface Searchable {
  readonly method: IndexMethod;
  readonly operatorClass: string | null;
  readonly operators: string;
}

/** Which operators each family of types is looked up by (manual, 65.3 and 65.4). */
const SEARCHABLE: Readonly<Partial<Record<TypeFamily, readonly Searchable[]>>> = {
  jsonb: [
    { method: "gin", operatorClass: "jsonb_path_ops", operators: "@> @? @@" },
    { method: "gin", operatorClass: null, operators: "? ?| ?& @> @? @@" },
  ],
  array: [{ method: "gin", operatorClass: null, operators: "@> <@ &&" }],
  "text search vector": [{ method: "gin", operatorClass: null, operators: "@@" }],
  range: [{ method: "gist", operatorClass: null, operators: "@> <@ && << >> -|-" }],
  network: [{ method: "gist", operatorClass: "inet_ops", operators: "<< <<= >> >>= &&" }],
  geometry: [{ method: "gist", operatorClass: null, operators: "@> <@ && << >>" }],
};
const COMPANION: Readonly<Partial<Record<IndexMethod, string>>> = {
  gin: "btree_gin",
  gist: "btree_gist",
};
/** With fewer different values each holds too much of the table to be looked up. */
const LEAST_DISTINCT = 10;
const SORTED: ReadonlySet<TypeFamily> = new Set<TypeFamily>(["number", "text", "uuid", "date"]);

/** Documents, arrays, texts and ranges that are searched for what is inside them. */
export const invertContents: Rule = (input) => {
  const { use, facts, statement } = input;
  const onColumns = use.predicates.flatMap((predicate) => {
    const { column, operator } = predicate;
    if (predicate.kind !== "other" || !isWorthInverting(input, predicate)) return [];
    const family = facts.family(use.relation, column);
    return searchesOf(family, operator).flatMap((search) =>
      proposalsOn(input, keyOn(column, null), search, operator),
    );
  });
  const onExpressions = use.expressions.flatMap((predicate) => {
    if (predicate.kind !== "other") return [];
    const values = statement;
    const read = expressionOf(predicate, { use, facts, values, context: input.context });
    if (read === null) return [];
    return searchesOf(read.family, predicate.operator).flatMap((search) =>
      proposalsOn(input, keyOn(null, read.sql), search, predicate.operator),
    );
  });
  return [...onColumns, ...onExpressions];
};

function searchesOf(family: TypeFamily, operator: string): readonly Searchable[] {
  const found = (SEARCHABLE[family] ?? []).filter(({ operators }) =>
    operators.split(" ").includes(operator),
  );
  return found.slice(0, 1);
}

/** Members of an array must have an order; of documents that are never equal no number of values is known. */
function isWorthInverting({ use, facts }: RuleInput, { column }: ColumnPredicate): boolean {
  if (!facts.isStored(use.relation, column)) return false;
  const isArray = facts.family(use.relation, column) === "array";
  if (isArray && !facts.isSortable(use.relation, column)) return false;
  const row = facts.statistics(use.relation, column);
  return row === null || row.distinct <= 0 || row.distinct >= LEAST_DISTINCT;
}

/** The key alone; and with a column compared for equality before it where an extension lets the method hold such. */
function proposalsOn(
  input: RuleInput,
  bare: IndexKey,
  { method, operatorClass }: Searchable,
  operator: string,
): readonly Proposal[] {
  const { table, use, statement, extensions, facts } = input;
  const key = { ...bare, operatorClass };
  const subject = key.column ?? key.expression ?? "";
  const { schema, name } = table;
  const proposal: Proposal = {
    family: "inverted",
    definition: {
      table: { schema, name },
      method,
      keys: [key],
      include: [],
      predicate: null,
      options: [],
    },
    interchangeable: 1,
    fingerprints: [statement.fingerprint],
    origin: `${operator} on ${subject}, which looks inside its values`,
  };
  if (!extensions.some((extension) => extension.name === COMPANION[method])) return [proposal];
  const equal = use.predicates.find(
    (predicate) =>
      predicate.kind === "equal" &&
      predicate.joinedWith === null &&
      SORTED.has(facts.family(use.relation, predicate.column)) &&
      facts.canBeKey(use.relation, predicate.column),
  );
  if (equal === undefined) return [proposal];
  const keys = [keyOn(equal.column, null), key];
  const together: Proposal = {
    ...proposal,
    definition: { ...proposal.definition, keys },
    origin: `equality on ${equal.column}, and ${proposal.origin}`,
  };
  return [proposal, together];
}
