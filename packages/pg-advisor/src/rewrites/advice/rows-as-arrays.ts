import type { InsertStmt, Node } from "@pgsql/types";
import { qualify } from "../../schema/identifiers.ts";
import { parseSql } from "../../workload/text/parser.ts";
import type { RewriteCatalogue } from "../catalogue/catalogue.ts";
import { deparseFaithfully } from "../tree/deparse.ts";
import type { CallerAdvice } from "./caller-advice.ts";

const LEAST_ROWS = 4;

/** `values ($1, $2), ($3, $4), …` as arrays, one a column: one statement for any number of rows. */
export function adviseRowsAsArrays(tree: Node, catalogue: RewriteCatalogue): CallerAdvice | null {
  if (!("InsertStmt" in tree)) return null;
  const { relation, cols, selectStmt } = tree.InsertStmt;
  const rows =
    selectStmt !== undefined && "SelectStmt" in selectStmt
      ? (selectStmt.SelectStmt.valuesLists ?? [])
      : [];
  const table = relation === undefined ? null : catalogue.table(relation);
  const columns = (cols ?? []).flatMap((col) =>
    "ResTarget" in col ? [col.ResTarget.name ?? ""] : [],
  );
  if (table === null || rows.length < LEAST_ROWS || columns.length === 0) return null;
  let expected = 1;
  for (const row of rows) {
    const items = "List" in row ? (row.List.items ?? []) : [];
    if (items.length !== columns.length) return null;
    for (const item of items) {
      if (!("ParamRef" in item) || item.ParamRef.number !== expected) return null;
      expected += 1;
    }
  }
  const types = columns.map(
    (name) => table.relation.columns.find((column) => column.name === name)?.type,
  );
  if (types.includes(undefined)) return null;
  const arrays = types.map((type, index) => `$${index + 1}::${type}[]`).join(", ");
  const parsed = parseSql(
    `select * from unnest(${arrays}) as rows (${columns.map((_, index) => `c${index + 1}`).join(", ")})`,
  );
  const select = parsed.outcome === "parsed" ? parsed.statements[0]?.node : undefined;
  if (select === undefined || hasParametersElsewhere(tree.InsertStmt)) return null;
  const text = deparseFaithfully({ InsertStmt: { ...tree.InsertStmt, selectStmt: select } });
  return text === null
    ? null
    : {
        kind: "rows as arrays",
        text,
        callerMust: `send one array a column of ${qualify(table.relation)} in place of ${rows.length} rows of parameters`,
      };
}

/** Such as in ON CONFLICT or RETURNING: their numbers would have to move. */
function hasParametersElsewhere({ selectStmt: _rows, ...rest }: InsertStmt): boolean {
  return JSON.stringify(rest).includes('"ParamRef"');
}
