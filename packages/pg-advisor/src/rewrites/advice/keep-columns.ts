import type { Node } from "@pgsql/types";
import { nodeOf } from "../../workload/parse-statement.ts";
import { columnRef, nameNode } from "../tree/build.ts";
import { deparseFaithfully } from "../tree/deparse.ts";

/**
 * A SELECT with some of its columns only. Null where a column that goes may be needed: under DISTINCT, in a UNION, or where the columns cannot
 * be told by their names.
 *
 * @param columns names of the result's columns that are to stay
 * @example
 * ```ts
 * import { keepColumns } from "@streamgate/pg-advisor";
 * keepColumns("select * from tokens where id = $1", ["id", "kind"]); // SELECT id, kind FROM tokens WHERE id = $1
 * ```
 */
export function keepColumns(text: string, columns: readonly string[]): string | null {
  const node = nodeOf(text);
  if (node === undefined || !("SelectStmt" in node) || columns.length === 0) return null;
  const { SelectStmt: select } = node;
  const targets = select.targetList ?? [];
  const isWhole =
    (select.op ?? "SETOP_NONE") === "SETOP_NONE" && select.distinctClause === undefined;
  if (!isWhole || select.groupClause !== undefined || targets.length === 0) return null;
  const kept = targets.some(isStar) ? starred(targets, columns) : named(targets, columns);
  return kept === null ? null : deparseFaithfully({ SelectStmt: { ...select, targetList: kept } });
}

/** `*` alone: what else stands beside it may have the same name. */
function starred(targets: readonly Node[], columns: readonly string[]): Node[] | null {
  const [only] = targets;
  if (only === undefined || targets.length > 1) return null;
  const qualifier = qualifierOf(only);
  return columns.map((column) => ({
    ResTarget: {
      val:
        qualifier === undefined
          ? { ColumnRef: { fields: [nameNode(column)] } }
          : columnRef(qualifier, column),
    },
  }));
}

function named(targets: readonly Node[], columns: readonly string[]): Node[] | null {
  const wanted = new Set(columns);
  const kept = targets.filter((target) => wanted.has(outputName(target) ?? ""));
  return kept.length === wanted.size && kept.length < targets.length ? kept : null;
}

function isStar(target: Node): boolean {
  return fieldsOf(target).some((field) => "A_Star" in field);
}

function qualifierOf(target: Node): string | undefined {
  const [first] = fieldsOf(target);
  return first !== undefined && "String" in first ? first.String.sval : undefined;
}

function outputName(target: Node): string | undefined {
  if (!("ResTarget" in target)) return undefined;
  if (target.ResTarget.name !== undefined) return target.ResTarget.name;
  const last = fieldsOf(target).at(-1);
  return last !== undefined && "String" in last ? last.String.sval : undefined;
}

function fieldsOf(target: Node): readonly Node[] {
  const value = "ResTarget" in target ? target.ResTarget.val : undefined;
  return value !== undefined && "ColumnRef" in value ? (value.ColumnRef.fields ?? []) : [];
}
