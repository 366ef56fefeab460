import type { Alignment } from "./align-units.ts";
import type { PlanChange, PlanChangeKind } from "./plan-change.ts";
import { accessOf, joinOrder, tablesOf, workOf } from "./unit-words.ts";
import type { Unit, UnitTree } from "./units.ts";

/** Nodes that come and go with the join above them. */
const IMPLIED: ReadonlySet<string> = new Set(["Hash"]);

/** What only one of the plans has. */
export function changesOfUnmatched(alignment: Alignment): readonly PlanChange[] {
  const { onlyBefore, onlyAfter, treesOnlyBefore, treesOnlyAfter } = alignment;
  const gone = rootsOf(treesOnlyBefore);
  const come = rootsOf(treesOnlyAfter);
  return [
    ...treesOnlyBefore.map((tree) => subplanChange(tree, "gone")),
    ...treesOnlyAfter.map((tree) => subplanChange(tree, "come")),
    ...onlyBefore.filter((unit) => !gone.has(unit)).flatMap((unit) => nodeChange(unit, "gone")),
    ...onlyAfter.filter((unit) => !come.has(unit)).flatMap((unit) => nodeChange(unit, "come")),
  ];
}

/** The order in which both plans join the same tables, where it differs. */
export function joinOrderChange(before: UnitTree, after: UnitTree): readonly PlanChange[] {
  if (tablesOf(before.root) !== tablesOf(after.root)) return [];
  const [one, other] = [before, after].map(joinedSets);
  if (one === undefined || other === undefined || one === other) return [];
  const [was, is] = [joinOrder(before.root), joinOrder(after.root)];
  return [
    {
      kind: "join-order",
      subject: tablesOf(after.root),
      before: was,
      after: is,
      sentence: `tables are joined in another order: ${was} → ${is}`,
      beforeId: before.root.at.node.id,
      afterId: after.root.at.node.id,
      isOfFigures: false,
    },
  ];
}

/** Which tables are together after each join: says the order, and nothing of sides. */
function joinedSets({ units }: UnitTree): string {
  return units
    .filter((unit) => unit.role === "join")
    .map(tablesOf)
    .toSorted()
    .join(" | ");
}

function rootsOf(trees: readonly UnitTree[]): ReadonlySet<Unit> {
  return new Set(trees.flatMap((tree) => tree.units));
}

function subplanChange(tree: UnitTree, direction: "gone" | "come"): PlanChange {
  const what = `${tree.name} on ${tablesOf(tree.root)}`;
  return oneSided("subplan", tree.root, what, direction);
}

function nodeChange(unit: Unit, direction: "gone" | "come"): readonly PlanChange[] {
  if (IMPLIED.has(unit.at.node.nodeType)) return [];
  if (unit.role === "gather") return [oneSided("parallel", unit, gatherOf(unit), direction)];
  const kind = direction === "gone" ? "removed" : "added";
  return [oneSided(kind, unit, unit.role === "leaf" ? accessOf(unit) : workOf(unit), direction)];
}

function gatherOf({ at }: Unit): string {
  return `${at.node.nodeType}, ${at.node.workersPlanned ?? 0} workers`;
}

function oneSided(
  kind: PlanChangeKind,
  unit: Unit,
  what: string,
  direction: "gone" | "come",
): PlanChange {
  const subject = tablesOf(unit);
  const { id } = unit.at.node;
  return direction === "gone"
    ? {
        kind,
        subject,
        before: what,
        after: null,
        sentence: `${what} over ${subject} is gone`,
        beforeId: id,
        afterId: null,
        isOfFigures: false,
      }
    : {
        kind,
        subject,
        before: null,
        after: what,
        sentence: `${what} over ${subject} is new`,
        beforeId: null,
        afterId: id,
        isOfFigures: false,
      };
}
