import type { IndexStmt, Node, RangeVar } from "@pgsql/types";
import { parseSync } from "libpg-query";
import pg from "pg";

/** A name as SQL gives it: the schema may be left to the search path. */
export interface WrittenName {
  readonly schema: string | null;
  readonly name: string;
}

/** What one SQL text of a fix does, as far as the care of it needs to know. */
export type SqlAction =
  | { readonly kind: "nothing" }
  | {
      readonly kind: "create index";
      readonly name: string;
      readonly table: WrittenName;
      readonly isConcurrent: boolean;
      readonly statement: IndexStmt;
    }
  | { readonly kind: "drop index"; readonly index: WrittenName; readonly isConcurrent: boolean }
  | { readonly kind: "attach index"; readonly parent: WrittenName; readonly child: WrittenName }
  | { readonly kind: "rebuild index"; readonly index: WrittenName; readonly isConcurrent: boolean }
  /** Runs as it is written. */
  | { readonly kind: "other" }
  | { readonly kind: "unsupported"; readonly why: string };

/** Reads what `sql` does; libpg-query's module must be loaded. Throws what the parser throws. */
export function readSqlAction(sql: string): SqlAction {
  if (sql.trim() === "") return { kind: "nothing" };
  const statements = parseSync(sql).stmts ?? [];
  const only = statements[0]?.stmt;
  if (only === undefined) return { kind: "nothing" };
  if (statements.length > 1) return { kind: "other" };
  return readNode(only);
}

/** `"S"."T"`, quoted where SQL needs it. */
export function quoteName({ schema, name }: WrittenName): string {
  const quoted = pg.escapeIdentifier(name);
  return schema === null ? quoted : `${pg.escapeIdentifier(schema)}.${quoted}`;
}

function readNode(node: Node): SqlAction {
  if ("IndexStmt" in node) return readCreate(node.IndexStmt);
  if ("DropStmt" in node && node.DropStmt.removeType === "OBJECT_INDEX") {
    const names = (node.DropStmt.objects ?? []).map(nameOfList);
    const [index] = names;
    if (index === undefined || index === null || names.length > 1) {
      return {
        kind: "unsupported",
        why: "a step that drops several indexes; give each its own step",
      };
    }
    return { kind: "drop index", index, isConcurrent: node.DropStmt.concurrent === true };
  }
  if ("ReindexStmt" in node && node.ReindexStmt.kind === "REINDEX_OBJECT_INDEX") {
    const index = nameOf(node.ReindexStmt.relation);
    const isConcurrent = (node.ReindexStmt.params ?? []).some(
      (option) => "DefElem" in option && option.DefElem.defname === "concurrently",
    );
    if (index !== null) return { kind: "rebuild index", index, isConcurrent };
  }
  if ("AlterTableStmt" in node && node.AlterTableStmt.objtype === "OBJECT_INDEX") {
    const command = node.AlterTableStmt.cmds?.[0];
    const change = command && "AlterTableCmd" in command ? command.AlterTableCmd : undefined;
    const target =
      change?.def && "PartitionCmd" in change.def ? change.def.PartitionCmd : undefined;
    const parent = nameOf(node.AlterTableStmt.relation);
    const child = nameOf(target?.name);
    if (change?.subtype === "AT_AttachPartition" && parent !== null && child !== null) {
      return { kind: "attach index", parent, child };
    }
  }
  return { kind: "other" };
}

function readCreate(statement: IndexStmt): SqlAction {
  const table = nameOf(statement.relation);
  if (statement.idxname === undefined || table === null) {
    return { kind: "unsupported", why: "an index without a name, which could not be found again" };
  }
  return {
    kind: "create index",
    name: statement.idxname,
    table,
    isConcurrent: statement.concurrent === true,
    statement,
  };
}

function nameOf(relation: RangeVar | undefined): WrittenName | null {
  if (relation?.relname === undefined) return null;
  return { schema: relation.schemaname ?? null, name: relation.relname };
}

function nameOfList(node: Node): WrittenName | null {
  if (!("List" in node)) return null;
  const parts = (node.List.items ?? []).map((item) =>
    "String" in item ? (item.String.sval ?? "") : "",
  );
  const name = parts.at(-1);
  return name === undefined ? null : { schema: parts.at(-2) ?? null, name };
}
