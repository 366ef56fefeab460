import { qualify } from "../../schema/identifiers.ts";
import type { ConditionFacts } from "../../workload/shape/shape-builder.ts";
import type { IndexKey } from "../candidate.ts";
import { mayHoldTrigrams, mayStartPlain } from "../constant-values.ts";
import type { Proposal } from "../proposal.ts";
import { expressionOf, keyOn } from "../search-terms.ts";
import type { Rule, RuleInput } from "./rule.ts";

/** Operators that pg_trgm's operator class serves beside LIKE (manual, F.35.4). */
const OPERATORS: ReadonlySet<string> = new Set(["~~*", "~", "~*", "%"]);

/** Patterns without a beginning that a B-tree could look up: only where pg_trgm is installed. */
export const indexTrigrams: Rule = (input) => {
  const { use, facts, statement, extensions, context } = input;
  const extension = extensions.find(({ name }) => name === "pg_trgm");
  if (extension === undefined) return [];
  const operatorClass = qualify({ schema: extension.schema, name: "gin_trgm_ops" });
  const keys = [
    ...use.predicates
      .filter(
        (predicate) =>
          isPattern(predicate, input) && facts.family(use.relation, predicate.column) === "text",
      )
      .filter(({ column }) => isStoredText(input, column))
      .map(({ column }) => keyOn(column, null)),
    ...use.expressions
      .filter((predicate) => isPattern(predicate, input))
      .flatMap((predicate) => {
        const read = expressionOf(predicate, { use, facts, values: statement, context });
        return read?.family === "text" ? [keyOn(null, read.sql)] : [];
      }),
  ];
  const byKey = new Map(keys.map((key) => [JSON.stringify(key), { ...key, operatorClass }]));
  return [...byKey.values()].map((key) => trigramsOf(key, input));
};

function isPattern({ kind, operator, operand }: ConditionFacts, { statement }: RuleInput): boolean {
  if (kind === "other" && OPERATORS.has(operator)) return mayHoldTrigrams(operand, statement);
  return (
    kind === "prefix" &&
    mayHoldTrigrams(operand, statement) &&
    (statement.samples.length > 1 || !mayStartPlain(operand, statement))
  );
}

/** gin_trgm_ops takes text and what is stored as text; the one-byte "char" and `name` are not. */
function isStoredText({ use, facts }: RuleInput, column: string): boolean {
  const type = use.relation.columns.find(({ name }) => name === column)?.type ?? "";
  return (
    facts.isStored(use.relation, column) && !/^(?:"char"|name|character\b(?! varying))/.test(type)
  );
}

function trigramsOf(key: IndexKey, { table, statement }: RuleInput): Proposal {
  const { schema, name } = table;
  return {
    family: "trigram",
    definition: {
      table: { schema, name },
      method: "gin",
      keys: [key],
      include: [],
      predicate: null,
      options: [],
    },
    interchangeable: 1,
    fingerprints: [statement.fingerprint],
    origin: `a pattern anywhere in ${key.column ?? key.expression ?? ""}, by its groups of three letters`,
  };
}
