import { visitNodes } from "../proof/syntax-tree.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { parseStatement } from "../workload/parse-statement.ts";

/**
 * The statements that somebody else can be advised on: those that read or write rows of the snapshot's own tables. Definitions of objects, and
 * statements about tables that are gone or in another database, tell nothing but names.
 */
export function exportedStatements({
  statements,
  relations,
}: Pick<Snapshot, "statements" | "relations">): Snapshot["statements"] {
  const known = new Set(relations.flatMap(({ schema, name }) => [name, `${schema}.${name}`]));
  return statements.filter(({ text }) => {
    const parsed = parseStatement(text, { cutOffBytes: Number.POSITIVE_INFINITY });
    return parsed.outcome === "parsed" && readsOnly(parsed.statement.node, known);
  });
}

/** Whether every table that is named is known, or a common table of the statement itself. */
function readsOnly(node: object, known: ReadonlySet<string>): boolean {
  const named = new Set<string>();
  const common = new Set<string>();
  visitNodes(node, (tag, fields) => {
    if (tag === "CommonTableExpr" && typeof fields.ctename === "string") common.add(fields.ctename);
    for (const one of [tag === "RangeVar" ? fields : undefined, fields.relation])
      if (isRangeVar(one)) named.add(nameOf(one));
  });
  return [...named].every((name) => known.has(name) || common.has(name));
}

interface RangeVar {
  readonly relname: string;
  readonly schemaname?: string;
}

function isRangeVar(value: unknown): value is RangeVar {
  return typeof (value as { relname?: unknown } | undefined)?.relname === "string";
}

function nameOf({ schemaname, relname }: RangeVar): string {
  return schemaname === undefined ? relname : `${schemaname}.${relname}`;
}
