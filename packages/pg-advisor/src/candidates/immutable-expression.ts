import type { A_Const, A_Expr, FuncCall, Node, TypeName } from "@pgsql/types";
import type { ExtensionFacts } from "../snapshot/snapshot.ts";
import { columnOf, namesOf, operatorOf } from "../workload/text/sql-nodes.ts";
import { familyOfCast, isImmutableCast } from "./immutable-casts.ts";
import { FUNCTIONS_OF_EXTENSIONS, IMMUTABLE_FUNCTIONS } from "./immutable-functions.ts";
import { familyOfOperation } from "./immutable-operators.ts";
import type { TypeFamily } from "./type-family.ts";

/** What names in an expression mean. */
export interface ExpressionContext {
  /** The family of a column of the table; null where the table has none of that name. */
  familyOf(column: string): TypeFamily | null;
  readonly extensions: readonly ExtensionFacts[];
}

/** A literal takes the type of what it is compared with. */
export type ValueFamily = TypeFamily | "literal";

/** What an expression gives, or why an index cannot hold it. */
export type ExpressionReading =
  | { readonly outcome: "immutable"; readonly family: ValueFamily }
  | { readonly outcome: "refused"; readonly reason: string };

/**
 * Whether an expression gives the same for the same row for ever, as an index wants it, judged by its parse tree: columns, literals,
 * operators, casts and functions that are known to be immutable. What is not known is refused.
 */
export function readExpression(
  node: Node | undefined,
  context: ExpressionContext,
): ExpressionReading {
  if (node === undefined) return refused("a part of it is empty");
  const read = (part: Node | undefined): ExpressionReading => readExpression(part, context);
  if ("ColumnRef" in node) return readColumn(node, context);
  if ("A_Const" in node) return gives(familyOfConstant(node.A_Const));
  if ("TypeCast" in node) return readCast(node.TypeCast.arg, node.TypeCast.typeName, read);
  if ("CollateClause" in node) return read(node.CollateClause.arg);
  if ("FuncCall" in node) return readCall(node.FuncCall, context, read);
  if ("A_Expr" in node) return readOperation(node.A_Expr, read);
  if ("CoalesceExpr" in node) return readAlike(node.CoalesceExpr.args ?? [], read);
  if ("MinMaxExpr" in node) return readAlike(node.MinMaxExpr.args ?? [], read);
  if ("A_ArrayExpr" in node) return readAll(node.A_ArrayExpr.elements ?? [], read, "array");
  if ("NullTest" in node) return readAll([node.NullTest.arg], read, "boolean");
  if ("BooleanTest" in node) return readAll([node.BooleanTest.arg], read, "boolean");
  if ("BoolExpr" in node) return readAll(node.BoolExpr.args ?? [], read, "boolean");
  return refused(objectionTo(Object.keys(node)[0] ?? "nothing"));
}

type Read = (part: Node | undefined) => ExpressionReading;

function readColumn(node: Node, context: ExpressionContext): ExpressionReading {
  const name = namesOf(columnOf(node)?.fields)?.at(-1);
  const family = name === undefined ? null : context.familyOf(name);
  return family === null ? refused(`the table has no column ${name ?? "*"}`) : gives(family);
}

function readCast(
  arg: Node | undefined,
  type: TypeName | undefined,
  read: Read,
): ExpressionReading {
  const family = familyOfCast(type);
  const inner = read(arg);
  if (inner.outcome === "refused") return inner;
  // A literal is converted once, when the index is made.
  if (inner.family === "literal" || inner.family === family) return gives(family);
  return isImmutableCast(inner.family, family)
    ? gives(family)
    : refused(`the cast from ${inner.family} to ${family} depends on settings or is not known`);
}

function readCall(call: FuncCall, context: ExpressionContext, read: Read): ExpressionReading {
  const names = namesOf(call.funcname) ?? [];
  const name = names.at(-1) ?? "";
  const isPlain =
    call.agg_star !== true &&
    call.agg_distinct !== true &&
    call.over === undefined &&
    call.agg_order === undefined;
  if (!isPlain) return refused(`${name} is called over many rows`);
  const known = knownFunctions(names, context.extensions);
  if (known.length === 0)
    return refused(`the function ${names.join(".")} is not known to be immutable`);
  const given: ValueFamily[] = [];
  for (const arg of call.args ?? []) {
    const inner = read(arg);
    if (inner.outcome === "refused") return inner;
    given.push(inner.family);
  }
  const fitting = known.find(
    ({ takes, atLeast }) =>
      given.length >= atLeast &&
      given.every((family, index) => {
        const wanted = takes[index] ?? (takes.length === 1 ? undefined : takes.at(-1));
        return wanted !== undefined && (family === "literal" || wanted.includes(family));
      }),
  );
  return fitting === undefined
    ? refused(`the function ${name} is not known to be immutable for ${given.join(", ")}`)
    : gives(fitting.gives);
}

function knownFunctions(names: readonly string[], extensions: readonly ExtensionFacts[]) {
  const name = names.at(-1) ?? "";
  const schema = names.at(-2);
  const own =
    schema === undefined || schema === "pg_catalog" ? (IMMUTABLE_FUNCTIONS.get(name) ?? []) : [];
  const added = extensions.flatMap((extension) =>
    schema === undefined || schema === extension.schema
      ? (FUNCTIONS_OF_EXTENSIONS.get(extension.name)?.get(name) ?? [])
      : [],
  );
  return [...own, ...added];
}

function readOperation({ kind, name, lexpr, rexpr }: A_Expr, read: Read): ExpressionReading {
  const operator = operatorOf(name);
  const left = lexpr === undefined ? gives("literal") : read(lexpr);
  if (left.outcome === "refused") return left;
  const rights = rexpr !== undefined && "List" in rexpr ? (rexpr.List.items ?? []) : [rexpr];
  let family: ExpressionReading = gives("boolean");
  for (const item of rights) {
    const right = read(item);
    if (right.outcome === "refused") return right;
    const given = familyOfOperation(kind ?? "AEXPR_OP", operator, left.family, right.family);
    if (given === null)
      return refused(
        `the operator ${operator} of ${left.family} and ${right.family} is not known to be immutable`,
      );
    family = gives(given);
  }
  return family;
}

/** COALESCE, GREATEST and LEAST give what their arguments are. */
function readAlike(args: readonly Node[], read: Read): ExpressionReading {
  let family: ValueFamily = "literal";
  for (const arg of args) {
    const inner = read(arg);
    if (inner.outcome === "refused") return inner;
    if (family !== "literal" && inner.family !== "literal" && inner.family !== family)
      return refused(`${family} and ${inner.family} are mixed in it`);
    if (inner.family !== "literal") family = inner.family;
  }
  return gives(family);
}

function readAll(
  parts: readonly (Node | undefined)[],
  read: Read,
  family: TypeFamily,
): ExpressionReading {
  for (const part of parts) {
    const inner = read(part);
    if (inner.outcome === "refused") return inner;
  }
  return gives(family);
}

function familyOfConstant({ ival, fval, boolval }: A_Const): ValueFamily {
  if (boolval !== undefined) return "boolean";
  return ival !== undefined || fval !== undefined ? "number" : "literal";
}

function objectionTo(kind: string): string {
  if (kind === "SubLink") return "it reads other rows";
  if (kind === "SQLValueFunction") return "it holds the present time or the present user";
  if (kind === "ParamRef") return "it holds a parameter";
  return `it holds what cannot be judged (${kind})`;
}

function gives(family: ValueFamily): ExpressionReading {
  return { outcome: "immutable", family };
}

function refused(reason: string): ExpressionReading {
  return { outcome: "refused", reason };
}
