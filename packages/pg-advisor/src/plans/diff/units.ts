import type { WeighedNode, WeighedPlan } from "../costs/weighed-plan.ts";
import { partitionStem, partitionsOf } from "../rules/unpruned-partitions.ts";

/**
 * A plan in the units that can be compared: one for each table that is read (a bitmap scan with its index scans, all partitions of a
 * table), one for each node above. Subplans and CTEs are trees of their own.
 */
export interface UnitTree {
  /** What EXPLAIN calls it without its number: `main`, `SubPlan`, `InitPlan`, `CTE recent`. */
  readonly name: string;
  readonly root: Unit;
  /** Children before parents. */
  readonly units: readonly Unit[];
}

export interface Unit {
  readonly at: WeighedNode;
  readonly role: UnitRole;
  readonly children: readonly Unit[];
  /** Of a leaf: by what name the statement reads it; null above. */
  readonly leafKey: string | null;
  /** The leaves below, or itself. */
  readonly leaves: readonly Unit[];
  /** The scans of a leaf: several where it has partitions. */
  readonly scans: readonly WeighedNode[];
}

/** Nodes of one role can take each other's place. */
type UnitRole =
  | "leaf"
  | "join"
  | "aggregate"
  | "sort"
  | "gather"
  | "keep"
  | "hash"
  | "unique"
  | "append"
  | "modify"
  | "other";

const ROLES: ReadonlyMap<string, UnitRole> = new Map([
  ["Nested Loop", "join"],
  ["Hash Join", "join"],
  ["Merge Join", "join"],
  ["Aggregate", "aggregate"],
  ["Group", "aggregate"],
  ["Sort", "sort"],
  ["Incremental Sort", "sort"],
  ["Gather", "gather"],
  ["Gather Merge", "gather"],
  ["Materialize", "keep"],
  ["Memoize", "keep"],
  ["Hash", "hash"],
  ["Unique", "unique"],
  ["Append", "append"],
  ["Merge Append", "append"],
  ["ModifyTable", "modify"],
]);

/** The main tree first, then those of subplans and CTEs in EXPLAIN's order. */
export function unitTrees({ root }: WeighedPlan): readonly UnitTree[] {
  const trees: UnitTree[] = [];
  const pending: WeighedNode[] = [root];
  for (let at = pending.shift(); at !== undefined; at = pending.shift()) {
    const units: Unit[] = [];
    const unit = unitOf(at, units, pending);
    trees.push({ name: treeName(at), root: unit, units });
  }
  return trees;
}

function unitOf(at: WeighedNode, units: Unit[], pending: WeighedNode[]): Unit {
  const beside = at.children.filter(isSubplan);
  pending.push(...beside);
  const inputs = at.children.filter((child) => !isSubplan(child));
  const partitions = partitionsOf(at);
  const isLeaf = inputs.length === 0 || at.node.relation !== null || partitions.length > 0;
  const isWrite = at.node.nodeType === "ModifyTable";
  let unit: Unit;
  if (isLeaf && !isWrite) {
    for (const below of partitions.length > 0 ? allBelow(at) : inputs)
      pending.push(...below.children.filter(isSubplan));
    const leaves: Unit[] = [];
    const scans = partitions.length > 0 ? partitions : [at];
    unit = { at, role: "leaf", children: [], leafKey: leafKeyOf(at, partitions), leaves, scans };
    leaves.push(unit);
  } else {
    const children = inputs.map((child) => unitOf(child, units, pending));
    unit = {
      at,
      role: ROLES.get(at.node.nodeType) ?? "other",
      children,
      leafKey: null,
      leaves: children.flatMap((child) => child.leaves),
      scans: [],
    };
  }
  units.push(unit);
  return unit;
}

function allBelow(at: WeighedNode): readonly WeighedNode[] {
  return at.children.flatMap((child) => [child, ...allBelow(child)]);
}

/** An alias stays with a table whatever reads it, and with a partitioned table however many partitions are left. */
function leafKeyOf(at: WeighedNode, partitions: readonly WeighedNode[]): string {
  const { node } = at;
  if (partitions.length > 0) return partitionStem(partitions[0]) ?? node.nodeType;
  return node.alias ?? node.relation ?? node.cteName ?? node.functionName ?? node.nodeType;
}

function isSubplan({ node }: WeighedNode): boolean {
  return node.parentRelationship === "SubPlan" || node.parentRelationship === "InitPlan";
}

function treeName({ node }: WeighedNode): string {
  const name = node.subplanName ?? "main";
  return name.startsWith("CTE ") ? name : name.replace(/ .*$/, "");
}
