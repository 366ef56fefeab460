type Fields = Readonly<Record<string, unknown>>;

/** One SELECT as libpg-query reads it. */
export interface ParsedSelect {
  readonly fields: Fields;
}

/** libpg-query is loaded when the first statement is to be understood: it is 1 MB of WebAssembly. */
async function parser(): Promise<(sql: string) => unknown> {
  const { loadModule, parseSync } = await import("libpg-query");
  await loadModule();
  return parseSync;
}

/** Undefined where the text is not one SELECT. */
export async function parseSelect(sql: string): Promise<ParsedSelect | undefined> {
  const parse = await parser();
  let parsed: unknown;
  try {
    parsed = parse(sql);
  } catch {
    return undefined;
  }
  const statements = listIn(parsed, "stmts");
  const fields = fieldsIn(fieldsIn(statements[0], "stmt"), "SelectStmt");
  return statements.length === 1 && fields !== undefined ? { fields } : undefined;
}

export function isLocking({ fields }: ParsedSelect): boolean {
  return fields.lockingClause !== undefined;
}

/** Whether rows of several keys can stand in one result: no set operation, CTE, grouping, window or LIMIT. */
export function isPlain({ fields }: ParsedSelect): boolean {
  return (
    fields.op === "SETOP_NONE" &&
    fields.limitCount === undefined &&
    fields.limitOffset === undefined &&
    fields.groupClause === undefined &&
    fields.havingClause === undefined &&
    fields.distinctClause === undefined &&
    fields.windowClause === undefined &&
    fields.withClause === undefined &&
    fields.valuesLists === undefined
  );
}

/**
 * The column that `parameter` is compared with by `=` (or by `= any`, IN of it alone), where that holds for every row of the result: among the
 * conditions of WHERE that are bound by AND. As its parts: `["u", "id"]`.
 */
export function columnEqualTo(
  { fields }: ParsedSelect,
  parameter: number,
): readonly string[] | undefined {
  for (const condition of conjunctsOf(fields.whereClause)) {
    const comparison = fieldsIn(condition, "A_Expr");
    const [name] = listIn(comparison, "name");
    if (comparison === undefined || fieldsIn(name, "String")?.sval !== "=") continue;
    if (!["AEXPR_OP", "AEXPR_OP_ANY"].includes(String(comparison.kind))) continue;
    if (parameterOf(comparison.rexpr) !== parameter) continue;
    const column = fieldsIn(comparison.lexpr, "ColumnRef");
    const parts = listIn(column, "fields").map((part) => fieldsIn(part, "String")?.sval);
    if (parts.length > 0 && parts.every((part) => typeof part === "string")) return parts;
  }
  return undefined;
}

/** Whether a parameter stands by itself among the arguments of a function. */
export function isArgument({ fields }: ParsedSelect, parameter: number): boolean {
  const isIn = (value: unknown): boolean => {
    if (Array.isArray(value)) return value.some(isIn);
    if (typeof value !== "object" || value === null) return false;
    const args = listIn(fieldsIn(value, "FuncCall"), "args");
    if (args.some((argument) => fieldsIn(argument, "ParamRef")?.number === parameter)) return true;
    return Object.values(value).some(isIn);
  };
  return isIn(fields);
}

/** Whether the select list shows the column already, by itself or by a star. */
export function shows({ fields }: ParsedSelect, column: readonly string[]): boolean {
  return listIn(fields, "targetList").some((target) => {
    const shown = fieldsIn(fieldsIn(target, "ResTarget")?.val, "ColumnRef");
    const last = listIn(shown, "fields").at(-1);
    if (fieldsIn(last, "A_Star") !== undefined) return listIn(shown, "fields").length === 1;
    const isRenamed = fieldsIn(target, "ResTarget")?.name !== undefined;
    return !isRenamed && fieldsIn(last, "String")?.sval === column.at(-1);
  });
}

/** Whether everything shown is an aggregate, so that the result is one row. */
export function isAggregate({ fields }: ParsedSelect): boolean {
  const targets = listIn(fields, "targetList");
  return targets.some((target) => AGGREGATE.test(functionIn(fieldsIn(target, "ResTarget")?.val)));
}

const AGGREGATE =
  /^(?:count|sum|avg|min|max|bool_and|bool_or|every|array_agg|json_agg|jsonb_agg|json_object_agg|jsonb_object_agg|string_agg|stddev\w*|var\w*|percentile_\w+|mode)$/;

/** The first function of an expression, casts and coalesce looked through. */
function functionIn(value: unknown): string {
  const cast = fieldsIn(value, "TypeCast");
  if (cast !== undefined) return functionIn(cast.arg);
  const coalesce = fieldsIn(value, "CoalesceExpr");
  if (coalesce !== undefined) return functionIn(listIn(coalesce, "args")[0]);
  const name = fieldsIn(listIn(fieldsIn(value, "FuncCall"), "funcname").at(-1), "String");
  return typeof name?.sval === "string" ? name.sval : "";
}

function conjunctsOf(where: unknown): readonly unknown[] {
  const bound = fieldsIn(where, "BoolExpr");
  if (bound?.boolop === "AND_EXPR") return listIn(bound, "args").flatMap(conjunctsOf);
  return [where];
}

function parameterOf(value: unknown): number | undefined {
  const cast = fieldsIn(value, "TypeCast");
  const number = fieldsIn(cast?.arg ?? value, "ParamRef")?.number;
  return typeof number === "number" ? number : undefined;
}

function fieldsIn(value: unknown, tag: string): Fields | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const inner: unknown = Reflect.get(value, tag);
  return typeof inner === "object" && inner !== null ? (inner as Fields) : undefined;
}

function listIn(value: unknown, name: string): readonly unknown[] {
  if (typeof value !== "object" || value === null) return [];
  const list: unknown = Reflect.get(value, name);
  return Array.isArray(list) ? list : [];
}
