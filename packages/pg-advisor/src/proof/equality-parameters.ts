import type { Node } from "@pgsql/types";
import { keyOf } from "../schema/identifiers.ts";
import type { Relation, RelationName, Snapshot } from "../snapshot/snapshot.ts";
import type { Statement } from "../workload/workload.ts";
import { parseOne, visitNodes } from "./syntax-tree.ts";

/** A parameter whose value is looked up in one column: `column = $n`, `column = any($n)`. */
export interface EqualityParameter {
  /** The n of `$n`. */
  readonly number: number;
  readonly table: RelationName;
  readonly column: string;
  /** `list`: the parameter is an array of values; `item`: one of an IN list. */
  readonly form: "value" | "item" | "list";
}

interface WrittenColumn {
  readonly qualifier: string | null;
  readonly name: string;
}

/** Finds the parameters that existing values of the statement's tables would satisfy. */
export async function findEqualityParameters(
  statement: Statement,
  snapshot: Snapshot,
): Promise<readonly EqualityParameter[]> {
  const tree = await parseOne(statement.text);
  if (tree === null) return [];
  const tables = tablesByAlias(tree, relationsOf(statement, snapshot));
  const found = new Map<number, EqualityParameter>();
  visitNodes(tree, (tag, fields) => {
    if (tag !== "A_Expr" || !isEqualSign(fields.name)) return;
    for (const { number, column, form } of comparedParameters(fields)) {
      const table = resolve(column, tables);
      if (table === null || found.has(number)) continue;
      const { schema, name } = table;
      found.set(number, { number, table: { schema, name }, column: column.name, form });
    }
  });
  return [...found.values()];
}

function relationsOf(statement: Statement, snapshot: Snapshot): readonly Relation[] {
  const keys = new Set(statement.relations.map(keyOf));
  return snapshot.relations.filter((relation) => keys.has(keyOf(relation)));
}

/** Aliases of the whole statement; one that means two tables means none. */
function tablesByAlias(
  tree: Node,
  relations: readonly Relation[],
): ReadonlyMap<string, Relation | null> {
  const tables = new Map<string, Relation | null>();
  const note = (written: Readonly<Record<string, unknown>>): void => {
    const alias = (written.alias as { aliasname?: string } | undefined)?.aliasname;
    const name = written.relname as string;
    const relation = relations.find(
      (one) => one.name === name && (written.schemaname ?? one.schema) === one.schema,
    );
    if (relation === undefined) return;
    const known = tables.get(alias ?? name);
    tables.set(alias ?? name, known === undefined || known === relation ? relation : null);
  };
  visitNodes(tree, (tag, fields) => {
    if (tag === "RangeVar") note(fields);
    const target = fields.relation as Readonly<Record<string, unknown>> | undefined;
    if (typeof target?.relname === "string") note(target);
  });
  return tables;
}

function resolve(
  column: WrittenColumn,
  tables: ReadonlyMap<string, Relation | null>,
): Relation | null {
  const candidates =
    column.qualifier === null ? [...tables.values()] : [tables.get(column.qualifier) ?? null];
  const holding = new Set(
    candidates.filter((table) => table?.columns.some((one) => one.name === column.name)),
  );
  return holding.size === 1 ? ([...holding][0] ?? null) : null;
}

function isEqualSign(name: unknown): boolean {
  const [only] = (name ?? []) as readonly { String?: { sval?: string } }[];
  return only?.String?.sval === "=";
}

function comparedParameters(
  expression: Readonly<Record<string, unknown>>,
): readonly (Pick<EqualityParameter, "number" | "form"> & { readonly column: WrittenColumn })[] {
  const { kind, lexpr, rexpr } = expression;
  const column = columnOf(lexpr) ?? columnOf(rexpr);
  if (column === null) return [];
  const other = columnOf(lexpr) === null ? lexpr : rexpr;
  if (kind === "AEXPR_IN") {
    const items = (other as { List?: { items?: readonly unknown[] } }).List?.items ?? [];
    return items.flatMap((item) => {
      const number = parameterOf(item);
      return number === null ? [] : [{ number, form: "item" as const, column }];
    });
  }
  const number = parameterOf(other);
  if (number === null) return [];
  if (kind === "AEXPR_OP") return [{ number, form: "value", column }];
  return kind === "AEXPR_OP_ANY" ? [{ number, form: "list", column }] : [];
}

function columnOf(node: unknown): WrittenColumn | null {
  const inner = withoutCast(node);
  const fields = (inner as { ColumnRef?: { fields?: readonly { String?: { sval?: string } }[] } })
    ?.ColumnRef?.fields;
  const names = (fields ?? []).map((field) => field.String?.sval);
  const name = names.at(-1);
  if (name === undefined) return null;
  return { qualifier: names.at(-2) ?? null, name };
}

function parameterOf(node: unknown): number | null {
  const inner = withoutCast(node) as { ParamRef?: { number?: number } } | undefined;
  return inner?.ParamRef?.number ?? null;
}

function withoutCast(node: unknown): unknown {
  const cast = (node as { TypeCast?: { arg?: unknown } } | undefined)?.TypeCast;
  return cast === undefined ? node : withoutCast(cast.arg);
}
