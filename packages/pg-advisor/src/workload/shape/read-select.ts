import type { Node, SelectStmt, SubLink, WithClause } from "@pgsql/types";
import { armsOf, namesOf, walkNodes } from "../text/sql-nodes.ts";
import { computedTargets, noteColumnsRead, noteOutputRead } from "./read-columns.ts";
import { readCondition } from "./read-conditions.ts";
import { readFromItem } from "./read-from.ts";
import { readOrders } from "./read-orders.ts";
import { readLimits, readParameters } from "./read-parameters.ts";
import { expandStar, type Output, type Place, resolveColumn, type Scope } from "./scope.ts";
import type { ShapeBuilder } from "./shape-builder.ts";

/** Reads a SELECT, or each arm of a UNION, and returns the columns that it puts out. */
export function readSelect(builder: ShapeBuilder, select: SelectStmt, parent: Scope): Output {
  const commonTables = readCommonTables(builder, select.withClause, parent);
  const outer: Scope = { ...parent, commonTables };
  const arms = armsOf(select).map((arm) =>
    arm === select ? readArm(builder, arm, outer) : readSelect(builder, arm, outer),
  );
  readLimits(builder, select);
  if (arms.length > 1) for (const arm of arms) noteOutputRead(arm);
  return mergeArms(arms);
}

function readArm(builder: ShapeBuilder, select: SelectStmt, outer: Scope): Output {
  const scope: Scope = { sources: [], commonTables: outer.commonTables, parent: outer };
  const joinConditions = (select.fromClause ?? []).flatMap((item) =>
    readFromItem(builder, item, scope),
  );
  const { targetList, groupClause, sortClause, havingClause, valuesLists, whereClause } = select;
  const expressions = [targetList, groupClause, sortClause, havingClause, valuesLists];
  const level = [...expressions, whereClause, joinConditions];
  noteColumnsRead(
    [computedTargets(select), groupClause, havingClause, valuesLists, whereClause, joinConditions],
    scope,
  );
  noteColumnsRead([select.windowClause, sortClause], scope);
  // FOR UPDATE visits the rows themselves.
  if (select.lockingClause !== undefined)
    for (const { output } of scope.sources) noteOutputRead(output);
  readSubqueries(builder, level, scope);
  for (const condition of joinConditions) readCondition(builder, condition, scope);
  readCondition(builder, whereClause, scope);
  readOrders(select, scope);
  readParameters(builder, level, scope);
  return outputOfTargets(targetList ?? [], scope);
}

/** Reads the subqueries inside expressions; those in FROM are sources and were read before. */
export function readSubqueries(builder: ShapeBuilder, level: unknown, scope: Scope): void {
  walkNodes(level, (kind, fields) => {
    if (kind !== "SubLink") return undefined;
    const link: SubLink = fields;
    const output = builder.readQuery(askedOf(link), scope);
    noteOutputRead(output);
    builder.subqueryOutputs.set(link, output);
    readSubqueries(builder, link.testexpr, scope);
    return "skip";
  });
}

/** EXISTS asks for rows alone: what its select list names is never read. */
function askedOf({ subLinkType, subselect }: SubLink): Node | undefined {
  if (subLinkType !== "EXISTS_SUBLINK" || subselect === undefined) return subselect;
  if (!("SelectStmt" in subselect) || subselect.SelectStmt.groupClause !== undefined)
    return subselect;
  const { targetList, ...rest } = subselect.SelectStmt;
  const isPlain = (targetList ?? []).every(
    (target) =>
      "ResTarget" in target && target.ResTarget.val && "ColumnRef" in target.ResTarget.val,
  );
  return isPlain ? { SelectStmt: rest } : subselect;
}

/** Reads WITH and returns the CTEs in sight: each sees those before it, and itself when recursive. */
export function readCommonTables(
  builder: ShapeBuilder,
  clause: WithClause | undefined,
  parent: Scope,
): Scope["commonTables"] {
  if (clause === undefined) return parent.commonTables;
  const known = new Map(parent.commonTables);
  for (const node of clause.ctes ?? []) {
    if (!("CommonTableExpr" in node)) continue;
    const { ctename = "", ctequery, aliascolnames } = node.CommonTableExpr;
    if (clause.recursive === true) known.set(ctename, new Map());
    const output = builder.readQuery(ctequery, { ...parent, commonTables: new Map(known) });
    const names = namesOf(aliascolnames) ?? [];
    known.set(
      ctename,
      new Map([...output].map(([name, places], index) => [names[index] ?? name, places])),
    );
  }
  return known;
}

function outputOfTargets(targets: readonly Node[], scope: Scope): Output {
  const output = new Map<string, readonly Place[]>();
  for (const target of targets) {
    if (!("ResTarget" in target)) continue;
    const { val, name } = target.ResTarget;
    if (val === undefined) continue;
    if (!("ColumnRef" in val)) {
      output.set(name ?? `?${output.size}`, []);
      continue;
    }
    const fields = val.ColumnRef.fields ?? [];
    const last = fields.at(-1);
    if (last !== undefined && "A_Star" in last) {
      for (const [column, places] of expandStar(namesOf(fields.slice(0, -1))?.at(-1), scope)) {
        output.set(column, places);
      }
    } else {
      output.set(name ?? namesOf(fields)?.at(-1) ?? "", resolveColumn(val.ColumnRef, scope));
    }
  }
  return output;
}

/** The columns of a UNION take the names of its first arm. */
function mergeArms(arms: readonly Output[]): Output {
  const [first, ...rest] = arms;
  if (first === undefined || rest.length === 0) return first ?? new Map();
  const others = rest.map((arm) => [...arm.values()]);
  return new Map(
    [...first].map(([name, places], index) => [
      name,
      [...places, ...others.flatMap((arm) => arm[index] ?? [])],
    ]),
  );
}
