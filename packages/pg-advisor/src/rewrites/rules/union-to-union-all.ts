import type { Node, SelectStmt } from "@pgsql/types";
import { conjunctsOf } from "../../workload/text/sql-nodes.ts";
import {
  columnUse,
  equalityOf,
  isConstant,
  isOneSelect,
  isPlain,
} from "../analysis/expressions.ts";
import type { Level } from "../analysis/level.ts";
import { isDuplicateFree } from "../analysis/row-identity.ts";
import { expressionOf } from "../analysis/targets.ts";
import { isSame } from "../tree/same.ts";
import { type Rule, refused, rewritten } from "./rule.ts";

export const unionToUnionAll: Rule = {
  name: "union-to-union-all",
  does: "leaves out the search for duplicates of a UNION that can have none",
  apply: (level, { analysis }) => {
    const { select } = level;
    if (select.op !== "SETOP_UNION" || select.all === true) return [];
    const { larg, rarg } = select;
    const arms = [larg, rarg].map((arm) => analysis.levels.find((one) => one.select === arm));
    const [left, right] = arms;
    if (left === undefined || right === undefined || larg === undefined || rarg === undefined)
      return [];
    if (!isOneSelect(larg) || !isOneSelect(rarg)) return [];
    if (!isDuplicateFree(left) || !isDuplicateFree(right)) {
      return [refused(null, "an arm of the UNION may give a row twice")];
    }
    if (!areDisjoint(left, right))
      return [refused(null, "both arms of the UNION may give the same row")];
    return [
      rewritten({ ...select, all: true }, "the arms of the UNION give different rows, each once"),
    ];
  },
};

/** Whether some column is fixed to different constants in both arms. */
function areDisjoint(left: Level, right: Level): boolean {
  const columns = (left.select.targetList ?? []).length;
  for (let index = 0; index < columns; index += 1) {
    const one = fixedValue(left.select, index);
    const other = fixedValue(right.select, index);
    if (one !== null && other !== null && areDifferent(one, other)) return true;
  }
  return false;
}

function fixedValue(select: SelectStmt, index: number): Node | null {
  const item = (select.targetList ?? [])[index];
  const value = item === undefined ? undefined : expressionOf(item);
  if (value === undefined) return null;
  if (isConstant(value)) return value;
  if (columnUse(value) === null || !isPlain(select)) return null;
  for (const condition of conjunctsOf(select.whereClause)) {
    const equality = equalityOf(condition);
    if (equality === null) continue;
    if (isSame(equality.left, value) && isConstant(equality.right)) return equality.right;
    if (isSame(equality.right, value) && isConstant(equality.left)) return equality.left;
  }
  return null;
}

/** Constants of one kind without a cast, whose different texts are different values. */
function areDifferent(one: Node, other: Node): boolean {
  if (!("A_Const" in one) || !("A_Const" in other)) return false;
  const [left, right] = [one.A_Const, other.A_Const];
  if (left.ival !== undefined && right.ival !== undefined)
    return (left.ival.ival ?? 0) !== (right.ival.ival ?? 0);
  if (left.sval === undefined || right.sval === undefined) return false;
  // Texts may be read as another type, in which `1` and `01` are the same.
  const [a, b] = [left.sval.sval ?? "", right.sval.sval ?? ""];
  return (
    a.toLowerCase() !== b.toLowerCase() &&
    /^[a-z_]+$/i.test(a) &&
    /^[a-z_]+$/i.test(b) &&
    !isBooleanWord(a) &&
    !isBooleanWord(b)
  );
}

function isBooleanWord(text: string): boolean {
  return /^(?:t|f|tr|true|y|yes|on|n|no|off|false|infinity|now|today|epoch)/i.test(text);
}
