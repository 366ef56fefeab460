import type { Properties } from "../tree/explained-plan.ts";
import type { UnitPair } from "./align-units.ts";
import { isFigureChange, type PlanChange, type PlanChangeKind } from "./plan-change.ts";
import { accessOf, indexesOf, methodsOf, tablesOf, workOf } from "./unit-words.ts";
import type { Unit } from "./units.ts";

/** What changed at a pair of units, save their figures. */
export function changesOfPair(pair: UnitPair): readonly PlanChange[] {
  switch (pair.before.role) {
    case "leaf":
      return changesOfLeaf(pair);
    case "join":
      return changesOfJoin(pair);
    case "aggregate":
      return workOf(pair.before) === workOf(pair.after)
        ? []
        : [change("aggregate", pair, workOf(pair.before), workOf(pair.after), "groups of")];
    case "sort":
      return changesOfSort(pair);
    case "gather":
      return changesOfGather(pair);
    case "keep":
    case "hash":
    case "unique":
    case "append":
    case "modify":
    case "other":
      return workOf(pair.before) === workOf(pair.after)
        ? []
        : [change("step", pair, workOf(pair.before), workOf(pair.after), "the step over")];
  }
}

function changesOfLeaf(pair: UnitPair): readonly PlanChange[] {
  const { before, after } = pair;
  const relations = [before, after].map(({ at }) => at.node.relation);
  const areSingle = before.scans.length === 1 && after.scans.length === 1;
  const [one, other] = [partitionsRead(before), partitionsRead(after)];
  if (one !== other) {
    const access = methodsOf(before) === methodsOf(after) ? [] : scanChange(pair);
    return [
      change("partitions", pair, `${one} partitions`, `${other} partitions`, "of"),
      ...access,
    ];
  }
  if (areSingle && relations[0] !== relations[1])
    return [change("table", pair, relations[0] ?? null, relations[1] ?? null, "what is called")];
  if (methodsOf(before) !== methodsOf(after)) return scanChange(pair);
  const indexes = [before, after].map((unit) => indexesOf(unit).join(", "));
  if (areSingle && indexes[0] !== indexes[1])
    return [change("index", pair, indexes[0] ?? null, indexes[1] ?? null, "the index on")];
  const directions = [before, after].map(({ at }) => at.node.scanDirection ?? "Forward");
  if (directions[0] !== directions[1])
    return [
      change("direction", pair, directions[0] ?? null, directions[1] ?? null, "the direction in"),
    ];
  return conditionChange(pair);
}

function partitionsRead({ scans }: Unit): number {
  return scans.filter(({ node, loops }) => node.actual === null || loops > 0).length;
}

function scanChange(pair: UnitPair): readonly PlanChange[] {
  return [change("scan", pair, accessOf(pair.before), accessOf(pair.after), "")];
}

const SEARCHED = ["Index Cond", "Recheck Cond", "TID Cond"] as const;

/** Whether an index is searched by other columns: what is only filtered changes with the statement, not with the plan. */
function conditionChange(pair: UnitPair): readonly PlanChange[] {
  const [one, other] = [pair.before, pair.after].map(({ at }) =>
    shapeOfConditions(at.node.properties),
  );
  return one === other || one === undefined || other === undefined
    ? []
    : [change("condition", pair, one, other, "the condition on")];
}

function shapeOfConditions(properties: Properties): string {
  return SEARCHED.flatMap((name) => {
    const text = properties[name];
    return typeof text === "string" ? [`${name}: ${withoutValues(text)}`] : [];
  }).join("; ");
}

function withoutValues(text: string): string {
  return text
    .replace(/'(?:[^']|'')*'(?:::[\w ]+(?:\[\])?)?/g, "?")
    .replace(/\$\d+/g, "?")
    .replace(/(?<![\w.])-?\d+(?:\.\d+)?/g, "?");
}

function changesOfJoin(pair: UnitPair): readonly PlanChange[] {
  const { before, after } = pair;
  const changes: PlanChange[] = [];
  const [one, other] = [before.at.node, after.at.node];
  if (one.nodeType !== other.nodeType)
    changes.push(change("join-method", pair, one.nodeType, other.nodeType, "the join of"));
  const types = [one, other].map(({ joinType }) => symmetrical(joinType));
  if (types[0] !== types[1])
    changes.push(change("join-type", pair, one.joinType, other.joinType, "the join of"));
  if (one.nodeType === other.nodeType && areSwapped(before, after))
    changes.push(
      change(
        "join-sides",
        pair,
        `${outerTables(before)} outside`,
        `${outerTables(after)} outside`,
        "the join of",
      ),
    );
  return changes;
}

/** Left and right are the same join seen from its two sides. */
function symmetrical(type: string | null): string {
  return (type ?? "Inner").replace(/^Right ?/, "").replace(/^Left$/, "") || "outer on one side";
}

/** Whether the sides changed places; with other tables on them it is another order. */
function areSwapped(before: Unit, after: Unit): boolean {
  const [outer, inner] = before.children;
  const [otherOuter, otherInner] = after.children;
  if (outer === undefined || inner === undefined) return false;
  if (otherOuter === undefined || otherInner === undefined) return false;
  return (
    tablesOf(outer) === tablesOf(otherInner) &&
    tablesOf(inner) === tablesOf(otherOuter) &&
    tablesOf(outer) !== tablesOf(inner)
  );
}

function outerTables({ children: [outer] }: Unit): string {
  return outer === undefined ? "" : tablesOf(outer);
}

function changesOfSort(pair: UnitPair): readonly PlanChange[] {
  const [one, other] = [pair.before, pair.after].map(
    ({ at }) => `${at.node.nodeType} by ${at.node.sortKeys.join(", ")}`,
  );
  return one === other || one === undefined || other === undefined
    ? []
    : [change("sort", pair, one, other, "the order of")];
}

function changesOfGather(pair: UnitPair): readonly PlanChange[] {
  const [one, other] = [pair.before, pair.after].map(
    ({ at }) => `${at.node.nodeType}, ${at.node.workersPlanned ?? 0} workers`,
  );
  return one === other || one === undefined || other === undefined
    ? []
    : [change("parallel", pair, one, other, "the parallel part of")];
}

/** A change at a pair, with its sentence. */
export function change(
  kind: PlanChangeKind,
  { before, after }: UnitPair,
  was: string | null,
  is: string | null,
  what: string,
): PlanChange {
  const subject = tablesOf(after);
  return {
    kind,
    subject,
    before: was,
    after: is,
    sentence: `${`${what} ${subject}`.trim()}: ${was ?? "nothing"} → ${is ?? "nothing"}`,
    beforeId: before.at.node.id,
    afterId: after.at.node.id,
    isOfFigures: isFigureChange(kind),
  };
}
