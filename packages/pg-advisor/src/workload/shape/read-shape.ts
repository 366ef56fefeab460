import type { Node } from "@pgsql/types";
import type { NameResolver } from "./name-resolver.ts";
import { noteOutputRead } from "./read-columns.ts";
import { readSelect } from "./read-select.ts";
import { readDelete, readInsert, readMerge, readUpdate } from "./read-writes.ts";
import type { Output, Scope } from "./scope.ts";
import type { ShapeBuilder } from "./shape-builder.ts";
import type { StatementShape } from "./statement-shape.ts";

const NOTHING: Output = new Map();

/** Reads from a parse tree what the statement asks of each of its tables. */
export function readShape(statement: Node, resolver: NameResolver): StatementShape {
  const builder: ShapeBuilder = {
    resolver,
    tables: [],
    relations: new Map(),
    unknownNames: new Set(),
    parameters: new Map(),
    touchesSystem: false,
    openViews: new Set(),
    subqueryOutputs: new Map(),
    arm: null,
    readQuery: (query, parent) => readQuery(builder, query, parent),
  };
  const output = builder.readQuery(statement, {
    sources: [],
    commonTables: new Map(),
    parent: null,
  });
  noteOutputRead(output);
  return {
    tables: builder.tables,
    relations: [...builder.relations.values()],
    unknownNames: [...builder.unknownNames],
    touchesSystem: builder.touchesSystem,
    parameters: builder.parameters,
  };
}

/** Any statement that may stand on top, in a CTE or in a subquery. */
function readQuery(builder: ShapeBuilder, query: Node | undefined, parent: Scope): Output {
  if (query === undefined) return NOTHING;
  const arm = builder.arm;
  builder.arm = null;
  let output = NOTHING;
  if ("SelectStmt" in query) output = readSelect(builder, query.SelectStmt, parent);
  else if ("InsertStmt" in query) readInsert(builder, query.InsertStmt, parent);
  else if ("UpdateStmt" in query) readUpdate(builder, query.UpdateStmt, parent);
  else if ("DeleteStmt" in query) readDelete(builder, query.DeleteStmt, parent);
  else if ("MergeStmt" in query) readMerge(builder, query.MergeStmt, parent);
  builder.arm = arm;
  return output;
}
