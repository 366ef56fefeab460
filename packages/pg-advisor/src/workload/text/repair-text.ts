import type { A_ArrayExpr, FuncCall, Node, SelectStmt, TypeCast } from "@pgsql/types";
import { parseSql, type Token, tokensOf } from "./parser.ts";
import { namesOf, walkNodes } from "./sql-nodes.ts";

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly replacement: string;
}

/**
 * Makes a normalised text into one that PostgreSQL itself parses and plans. pg_stat_statements
 * puts `$n` where the grammar wants a constant, and numbers what must stay equal apart:
 *
 * - `interval $1`, `date $1`, `timestamp with time zone $1` become `$1::interval`, …
 * - `extract($1 from x)` becomes `pg_catalog.extract($1, x)`
 * - `select date_trunc($1, t) … group by date_trunc($2, t)` becomes `… group by date_trunc($1, t)`
 * - `sum(case when x then $1 else $2 end)`, whose numbers would be taken for text, becomes `… then $1::numeric …`
 * - parameter numbers left unused are closed up
 *
 * libpg-query parses the first two as they stand, and so tells where they are.
 */
function repairText(text: string, statement: Node): string {
  if (!text.includes("$")) return text;
  const tokens = tokensOf(text);
  if (tokens === null) return text;
  const edits: Edit[] = [];
  walkNodes(statement, (kind, fields) => {
    if (kind === "TypeCast") edits.push(...repairTypedConstant(fields as TypeCast, tokens));
    if (kind === "FuncCall") edits.push(...repairExtract(fields as FuncCall, tokens));
    if (kind === "FuncCall") edits.push(...repairCounted(fields as FuncCall, tokens));
    if (kind === "SelectStmt") edits.push(...repairGroups(fields as SelectStmt, tokens));
  });
  if (edits.length === 0) return text;
  return closeUpNumbers(applyEdits(text, edits));
}

/** `interval $1 day` → `$1::interval day`: a cast without a location of its own was written as a typed constant. */
function repairTypedConstant(cast: TypeCast, tokens: readonly Token[]): readonly Edit[] {
  const arg = cast.arg;
  const start = cast.typeName?.location;
  if (arg === undefined || !("ParamRef" in arg) || cast.location !== -1 || start === undefined)
    return [];
  const parameter = tokenAt(tokens, arg.ParamRef.location ?? 0);
  if (parameter?.name !== "PARAM" || start > parameter.start) return [];
  const typeWords = tokens.filter((token) => token.start >= start && token.end <= parameter.start);
  return [
    { start, end: parameter.start, replacement: "" },
    {
      start: parameter.end,
      end: parameter.end,
      replacement: `::${typeWords.map((token) => token.text).join(" ")}`,
    },
  ];
}

function repairExtract(call: FuncCall, tokens: readonly Token[]): readonly Edit[] {
  const field = call.args?.[0];
  const isExtract = namesOf(call.funcname)?.at(-1) === "extract";
  if (!isExtract || call.funcformat !== "COERCE_SQL_SYNTAX") return [];
  if (field === undefined || !("ParamRef" in field)) return [];
  const word = tokenAt(tokens, call.location ?? 0);
  const parameter = tokenAt(tokens, field.ParamRef.location ?? 0);
  const from = tokens.find((token) => token.start >= (parameter?.end ?? Number.POSITIVE_INFINITY));
  if (word === undefined || from?.text.toLowerCase() !== "from") return [];
  return [
    { start: word.start, end: word.end, replacement: "pg_catalog.extract" },
    { start: from.start, end: from.end, replacement: "," },
  ];
}

/** A sum or a mean of constants by case: nothing tells PostgreSQL that they are numbers. */
function repairCounted(call: FuncCall, tokens: readonly Token[]): readonly Edit[] {
  const argument = call.args?.[0];
  if (!/^(?:sum|avg)$/.test(namesOf(call.funcname)?.at(-1) ?? "")) return [];
  if (argument === undefined || !("CaseExpr" in argument)) return [];
  const { args, defresult } = argument.CaseExpr;
  const results = (args ?? []).map((arm) => ("CaseWhen" in arm ? arm.CaseWhen.result : undefined));
  if (defresult !== undefined) results.push(defresult);
  const edits: Edit[] = [];
  for (const result of results) {
    if (result === undefined || !("ParamRef" in result)) return [];
    const token = tokenAt(tokens, result.ParamRef.location ?? 0);
    if (token === undefined) return [];
    edits.push({ start: token.end, end: token.end, replacement: "::numeric" });
  }
  return edits;
}

/** An expression that is grouped or sorted by and also selected had the same constants before they became numbers. */
function repairGroups(select: SelectStmt, tokens: readonly Token[]): readonly Edit[] {
  const selected = new Map<string, readonly NumberedPlace[]>();
  for (const target of select.targetList ?? []) {
    if (!("ResTarget" in target) || target.ResTarget.val === undefined) continue;
    const places = placesOf(target.ResTarget.val);
    if (places.length > 0) selected.set(shapeWithoutNumbers(target.ResTarget.val), places);
  }
  if (selected.size === 0) return [];
  const sorted = (select.sortClause ?? []).flatMap((sort) =>
    "SortBy" in sort && sort.SortBy.node !== undefined ? [sort.SortBy.node] : [],
  );
  return [...(select.groupClause ?? []), ...sorted].flatMap((expression) => {
    if ("ParamRef" in expression) return [];
    const own = placesOf(expression);
    const model = own.length === 0 ? undefined : selected.get(shapeWithoutNumbers(expression));
    if (model === undefined) return [];
    return own.flatMap((place, position) => {
      const token = tokenAt(tokens, place.location);
      const number = model[position]?.number;
      if (token === undefined || number === undefined || number === place.number) return [];
      return [{ start: token.start, end: token.end, replacement: `$${number}` }];
    });
  });
}

interface NumberedPlace {
  readonly number: number;
  readonly location: number;
}

function placesOf(expression: Node): readonly NumberedPlace[] {
  const places: NumberedPlace[] = [];
  walkNodes([expression], (kind, fields) => {
    if (kind === "ParamRef") {
      places.push({ number: Number(fields.number), location: Number(fields.location) });
    }
  });
  return places;
}

function shapeWithoutNumbers(expression: Node): string {
  return JSON.stringify(expression, (key, value: unknown) =>
    key === "location" || key === "number" ? undefined : value,
  );
}

function tokenAt(tokens: readonly Token[], start: number): Token | undefined {
  return tokens.find((token) => token.start === start);
}

function applyEdits(text: string, edits: readonly Edit[]): string {
  let bytes = Buffer.from(text);
  const lastFirst = edits.toSorted((one, other) => other.start - one.start || other.end - one.end);
  for (const { start, end, replacement } of lastFirst) {
    bytes = Buffer.concat([
      bytes.subarray(0, start),
      Buffer.from(replacement),
      bytes.subarray(end),
    ]);
  }
  return bytes.toString("utf8");
}

function closeUpNumbers(text: string): string {
  const tokens = tokensOf(text);
  if (tokens === null) return text;
  const parameters = tokens.filter((token) => token.name === "PARAM");
  const numbers = [...new Set(parameters.map((token) => Number(token.text.slice(1))))].toSorted(
    (one, other) => one - other,
  );
  if (numbers.every((number, index) => number === index + 1)) return text;
  const edits = parameters.map(({ start, end, text: word }) => ({
    start,
    end,
    replacement: `$${numbers.indexOf(Number(word.slice(1))) + 1}`,
  }));
  return applyEdits(text, edits);
}

/** Whether a repaired text still parses; the repair is given up where it does not. */
export function repairOrKeep(text: string, statement: Node): string {
  const repaired = repairText(text, statement);
  if (repaired === text) return text;
  return parseSql(repaired).outcome === "parsed" ? repaired : text;
}

/**
 * Writes the type of a parameter behind it where PostgreSQL does not look at what the parameter is
 * compared with, and takes it for text: inside `array[…]` and VALUES. pg_stat_statements of
 * PostgreSQL 18 makes `array[$1]` of `array[1, 2, 3]`.
 *
 * @param types by parameter number
 */
export function castListed(
  text: string,
  statement: Node,
  types: ReadonlyMap<number, string>,
): string {
  const tokens = tokensOf(text);
  if (tokens === null) return text;
  const edits: Edit[] = [];
  const castEach = (nodes: readonly Node[] | undefined): void => {
    for (const node of nodes ?? []) {
      if ("List" in node) castEach(node.List.items);
      if (!("ParamRef" in node)) continue;
      const type = types.get(node.ParamRef.number ?? 0);
      const token = tokenAt(tokens, node.ParamRef.location ?? 0);
      if (type === undefined || token === undefined) continue;
      edits.push({ start: token.end, end: token.end, replacement: `::${type}` });
    }
  };
  walkNodes(statement, (kind, fields) => {
    if (kind === "A_ArrayExpr") castEach((fields as A_ArrayExpr).elements);
    if (kind === "SelectStmt") castEach((fields as SelectStmt).valuesLists);
    return undefined;
  });
  return edits.length === 0 ? text : applyEdits(text, edits);
}
