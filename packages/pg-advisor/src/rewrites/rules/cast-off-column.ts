import type { Node } from "@pgsql/types";
import { conjunctsOf } from "../../workload/text/sql-nodes.ts";
import { typeOfCast } from "../analysis/expression-facts.ts";
import {
  columnUse,
  equalityOf,
  factsOf,
  isBelowWith,
  sourcesByAlias,
} from "../analysis/expressions.ts";
import {
  booleanConstant,
  cast,
  integerConstant,
  operation,
  textConstant,
  withWhere,
} from "../tree/build.ts";
import { type Rule, rewritten } from "./rule.ts";

const INTEGERS: Readonly<Record<string, number>> = {
  smallint: 32_767,
  integer: 2_147_483_647,
  bigint: Number.MAX_SAFE_INTEGER,
};
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** `id::text = '42'` and `id = 42.0` compare in another type than the index's. */
export const castOffColumn: Rule = {
  name: "cast-off-column",
  does: "compares a column in its own type in place of casting each of its values",
  apply: (level) => {
    if (!isBelowWith(level.select)) return [];
    const conditions = conjunctsOf(level.select.whereClause);
    const sources = sourcesByAlias(level);
    return conditions.flatMap((condition, index) => {
      const equality = equalityOf(condition);
      if (equality === null) return [];
      const changed =
        uncast(
          equality.left,
          equality.right,
          (node) => factsOf(columnUse(node), sources)?.type ?? null,
        ) ??
        uncast(
          equality.right,
          equality.left,
          (node) => factsOf(columnUse(node), sources)?.type ?? null,
        );
      if (changed === null) return [];
      const all = conditions.map((one, at) => (at === index ? changed : one));
      return [
        rewritten(
          withWhere(level.select, all),
          "the column is compared in its own type, so an index on it can serve",
        ),
      ];
    });
  },
};

function uncast(cased: Node, constant: Node, typeOf: (node: Node) => string | null): Node | null {
  return fromText(cased, constant, typeOf) ?? fromNumeric(cased, constant, typeOf);
}

/** Text of an integer or a uuid is one text exactly: another spelling equals none. */
function fromText(cased: Node, constant: Node, typeOf: (node: Node) => string | null): Node | null {
  if (!("TypeCast" in cased) || cased.TypeCast.arg === undefined || !("A_Const" in constant))
    return null;
  const column = cased.TypeCast.arg;
  const type = typeOf(column);
  const text = constant.A_Const.sval === undefined ? undefined : (constant.A_Const.sval.sval ?? "");
  const isText =
    /^(?:text|character varying)$/.test(typeOfCast(cased) ?? "") &&
    (cased.TypeCast.typeName?.typmods ?? []).length === 0;
  if (!isText || type === null || text === undefined) return null;
  const most = INTEGERS[type];
  if (most !== undefined) {
    const value = Number(text);
    const isOwnText = /^-?\d{1,9}$/.test(text) && String(value) === text && Math.abs(value) <= most;
    return isOwnText ? operation("=", column, integerConstant(value)) : null;
  }
  return type === "uuid" && UUID.test(text)
    ? operation("=", column, cast(textConstant(text), "uuid"))
    : null;
}

/** `id = 42.0` is `id = 42`; `id = 42.5` is true of no id. */
function fromNumeric(
  column: Node,
  constant: Node,
  typeOf: (node: Node) => string | null,
): Node | null {
  if (columnUse(column) === null || !("A_Const" in constant)) return null;
  const most = INTEGERS[typeOf(column) ?? ""];
  const text = constant.A_Const.fval?.fval;
  const parts = text === undefined ? null : /^(-?\d{1,9})\.(\d*)$/.exec(text);
  if (most === undefined || parts === null) return null;
  const value = Number(parts[1]);
  if (Math.abs(value) > most) return null;
  if (/^0*$/.test(parts[2] ?? ""))
    return operation("=", column, integerConstant(value === 0 ? 0 : value));
  return booleanConstant(false);
}
