import type { FuncCall, Node } from "@pgsql/types";
import { walkNodes } from "../../workload/text/sql-nodes.ts";
import { isOrderBound } from "../catalogue/known-functions.ts";
import { factsOfExpression } from "./expression-facts.ts";
import { isLimited, nameOfCall } from "./expressions.ts";
import type { Analysis, Level } from "./level.ts";
import { namesEveryRow } from "./row-identity.ts";
import { behind } from "./targets.ts";

/** Window functions that give the same to rows that the order leaves equal. */
const TIE_PROOF = /^(?:rank|dense_rank|percent_rank|cume_dist)$/;
/** RANGE UNBOUNDED PRECEDING to CURRENT ROW, with or without the words. */
const RANGE_FRAMES = new Set([1058, 1058 | 1]);

/**
 * Why a statement may give other rows each time that it runs, which makes "the same result" say nothing; null where it may not. The
 * outermost LIMIT is no matter here: which of tied rows it lets through is compared as the choice that it is.
 */
export function openChoiceOf(analysis: Analysis): string | null {
  for (const level of analysis.levels) {
    const because = limitChoice(level) ?? distinctOnChoice(level) ?? windowChoice(level);
    if (because !== null) return because;
  }
  let because: string | null = null;
  walkNodes(analysis.tree, (kind, fields) => {
    if (kind !== "FuncCall") return undefined;
    const call = fields as FuncCall;
    if (
      isOrderBound(nameOfCall(call)) &&
      (call.agg_order ?? []).length === 0 &&
      call.over === undefined
    ) {
      because = `the order in which ${nameOfCall(call)} sees its rows is open`;
    }
    return undefined;
  });
  return because;
}

/** Whether it adds up floating-point numbers, whose sum depends on the order of its terms. */
export function addsFloats(analysis: Analysis): boolean {
  const sources = [...analysis.sources.values()];
  let isFound = false;
  walkNodes(analysis.tree, (kind, fields) => {
    if (
      kind !== "FuncCall" ||
      !/^(?:sum|avg|stddev|variance|var_)/.test(nameOfCall(fields as FuncCall))
    )
      return undefined;
    walkNodes((fields as FuncCall).args, (inner, parts) => {
      if (inner !== "ColumnRef") return undefined;
      const { type } = factsOfExpression({ ColumnRef: parts } as Node, sources, false);
      if (type === "real" || type === "double precision" || type === null) isFound = true;
      return undefined;
    });
    return undefined;
  });
  return isFound;
}

function limitChoice(level: Level): string | null {
  const { select, role, sublink } = level;
  if (role === "statement" || !isLimited(select)) return null;
  const isExistence =
    sublink !== null && "SubLink" in sublink && sublink.SubLink.subLinkType === "EXISTS_SUBLINK";
  if (isExistence || select.limitOption === "LIMIT_OPTION_WITH_TIES") return null;
  return namesEveryRow(level, sortExpressions(select.sortClause, level))
    ? null
    : "a LIMIT inside it leaves open which of equal rows it lets through";
}

function distinctOnChoice(level: Level): string | null {
  const on = (level.select.distinctClause ?? []).filter((item) => Object.keys(item).length > 0);
  if (on.length === 0) return null;
  const expressions = [...on, ...sortExpressions(level.select.sortClause, level)];
  return namesEveryRow(level, expressions)
    ? null
    : "DISTINCT ON leaves open which of equal rows it keeps";
}

function windowChoice(level: Level): string | null {
  let because: string | null = null;
  if ((level.select.windowClause ?? []).length > 0) return "it names windows, which are not read";
  walkNodes([level.select.targetList, level.select.sortClause], (kind, fields) => {
    if (kind === "SubLink") return "skip";
    const { over } = fields as FuncCall;
    if (kind !== "FuncCall" || over === undefined) return undefined;
    const name = nameOfCall(fields as FuncCall);
    const isAggregate = !/^(?:row_number|ntile|lag|lead|first_value|last_value|nth_value)$/.test(
      name,
    );
    if (TIE_PROOF.test(name)) return undefined;
    const hasOrder = (over.orderClause ?? []).length > 0;
    if (
      isAggregate &&
      !isOrderBound(name) &&
      (!hasOrder || RANGE_FRAMES.has(over.frameOptions ?? 0))
    )
      return undefined;
    const expressions = [
      ...(over.partitionClause ?? []),
      ...sortExpressions(over.orderClause, level),
    ];
    if (!namesEveryRow(level, expressions))
      because = `the window of ${name} leaves the order of equal rows open`;
    return undefined;
  });
  return because;
}

function sortExpressions(clause: readonly Node[] | undefined, level: Level): readonly Node[] {
  return (clause ?? []).flatMap((item) => {
    const node = "SortBy" in item ? item.SortBy.node : undefined;
    return (node === undefined ? undefined : behind(node, level.select)) ?? [];
  });
}
