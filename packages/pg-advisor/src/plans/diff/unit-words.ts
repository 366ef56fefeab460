import type { WeighedNode } from "../costs/weighed-plan.ts";
import type { Unit } from "./units.ts";

/** The tables below a unit by the names that the statement gives them: `orders, c`. */
export function tablesOf(unit: Unit): string {
  return [...new Set(unit.leaves.map((leaf) => leaf.leafKey ?? ""))].toSorted().join(", ");
}

/** How a table is read: `Index Scan using orders_customer`. */
export function accessOf(unit: Unit): string {
  const [scan] = unit.scans;
  if (scan === undefined) return unit.at.node.nodeType;
  const methods = [...new Set(unit.scans.map(({ node }) => node.nodeType))].toSorted();
  const indexes = indexesOf(unit);
  const by = unit.scans.length > 1 ? `${unit.scans.length} partitions by ` : "";
  const using = indexes.length === 0 || unit.scans.length > 1 ? "" : ` using ${indexes.join(", ")}`;
  return `${by}${methods.join(", ")}${using}`;
}

export function methodsOf(unit: Unit): string {
  return [...new Set(unit.scans.map(({ node }) => node.nodeType))].toSorted().join(", ");
}

/** Indexes that a table is read by, those of bitmaps too. */
export function indexesOf(unit: Unit): readonly string[] {
  const own = (at: WeighedNode): readonly string[] => [
    ...(at.node.index === null ? [] : [at.node.index]),
    ...at.children.flatMap(own),
  ];
  return [...new Set(unit.scans.flatMap(own))].toSorted();
}

/** What an inner node does, as EXPLAIN's text calls it. */
export function workOf({ at }: Unit): string {
  const { nodeType, strategy, partialMode, joinType } = at.node;
  if (nodeType !== "Aggregate")
    return joinType === null || joinType === "Inner" ? nodeType : `${nodeType} (${joinType})`;
  const name = { Hashed: "HashAggregate", Sorted: "GroupAggregate", Mixed: "MixedAggregate" }[
    strategy ?? ""
  ];
  return `${partialMode === undefined ? "" : `${partialMode} `}${name ?? "Aggregate"}`;
}

/** In which order tables are joined: `((a ⋈ b) ⋈ c)`, the outer side first. */
export function joinOrder(unit: Unit): string {
  if (unit.role === "leaf") return unit.leafKey ?? "";
  const inner = unit.children.map(joinOrder);
  return unit.role === "join" ? `(${inner.join(" ⋈ ")})` : inner.join(", ");
}
