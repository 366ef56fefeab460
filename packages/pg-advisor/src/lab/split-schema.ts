import type { SchemaScript, StageName } from "../schema/schema-script.ts";

const ROWS_COME_AFTER: StageName = "tables";

/**
 * Rows are copied before keys and indexes exist, which is faster. Foreign keys are not validated
 * against rows: the planner uses them either way.
 */
export function splitAtRows(script: SchemaScript): readonly [SchemaScript, SchemaScript] {
  const after = script.stages.findIndex(({ name }) => name === ROWS_COME_AFTER) + 1;
  const unvalidated = script.stages
    .slice(after)
    .map((stage) =>
      stage.name === "foreign keys"
        ? { ...stage, statements: stage.statements.map(withoutValidation) }
        : stage,
    );
  return [
    { stages: script.stages.slice(0, after), skipped: script.skipped },
    { stages: unvalidated, skipped: [] },
  ];
}

function withoutValidation<Statement extends { readonly sql: string }>(
  statement: Statement,
): Statement {
  const isUnvalidated = /\bNOT (VALID|ENFORCED)\s*$/.test(statement.sql);
  return isUnvalidated ? statement : { ...statement, sql: `${statement.sql} NOT VALID` };
}
