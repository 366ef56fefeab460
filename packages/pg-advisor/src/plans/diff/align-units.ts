import type { Unit, UnitTree } from "./units.ts";

/** What of one plan is what of the other. */
export interface Alignment {
  readonly pairs: readonly UnitPair[];
  readonly onlyBefore: readonly Unit[];
  readonly onlyAfter: readonly Unit[];
  readonly treesOnlyBefore: readonly UnitTree[];
  readonly treesOnlyAfter: readonly UnitTree[];
}

export interface UnitPair {
  readonly before: Unit;
  readonly after: Unit;
}

/** Nodes that share fewer of their tables than this do different work. */
const LEAST_LIKENESS = 0.5;

/**
 * Aligns two plans from their leaves up, as syntax trees are (Falleri et al., Fine-grained and Accurate Source Code Differencing, ASE
 * 2014): tables are found by the name that the statement gives them; nodes above the same tables are laid beside each other in their
 * order; what is left is matched by the part of the tables that they share. Positions say nothing: a planner moves whole subtrees.
 */
export function alignUnits(before: readonly UnitTree[], after: readonly UnitTree[]): Alignment {
  const matched = new Map<Unit, Unit>();
  const trees = matchTrees(before, after);
  for (const [one, other] of trees) {
    matchLeaves(leavesOf([one]), leavesOf([other]), matched);
  }
  // A subplan that became a join takes its tables with it.
  matchLeaves(leavesOf(before), leavesOf(after), matched);
  for (const [one, other] of trees) {
    matchChains(one, other, matched);
    matchByLikeness(one, other, matched);
  }
  const taken = new Set(matched.values());
  const units = before.flatMap((tree) => tree.units);
  const others = after.flatMap((tree) => tree.units);
  return {
    pairs: units.flatMap((unit) => {
      const other = matched.get(unit);
      return other === undefined ? [] : [{ before: unit, after: other }];
    }),
    onlyBefore: units.filter((unit) => !matched.has(unit)),
    onlyAfter: others.filter((unit) => !taken.has(unit)),
    treesOnlyBefore: before.filter((tree) => !trees.some(([one]) => one === tree)),
    treesOnlyAfter: after.filter((tree) => !trees.some(([, other]) => other === tree)),
  };
}

/** The main trees; then subplans of one name that read the most tables in common. */
function matchTrees(
  before: readonly UnitTree[],
  after: readonly UnitTree[],
): readonly (readonly [UnitTree, UnitTree])[] {
  const left = new Set(after);
  return before.flatMap((tree) => {
    const candidates = [...left].filter((other) => other.name === tree.name);
    const [best] = candidates.toSorted(
      (one, other) => sharedKeys(tree, other) - sharedKeys(tree, one),
    );
    if (best === undefined) return [];
    left.delete(best);
    return [[tree, best] as const];
  });
}

function sharedKeys(one: UnitTree, other: UnitTree): number {
  const keys = new Set(other.root.leaves.map((leaf) => leaf.leafKey));
  return one.root.leaves.filter((leaf) => keys.has(leaf.leafKey)).length;
}

function leavesOf(trees: readonly UnitTree[]): readonly Unit[] {
  return trees.flatMap((tree) => tree.root.leaves);
}

/** By name; of several with one name, those of the same relation first, then in their order. */
function matchLeaves(
  before: readonly Unit[],
  after: readonly Unit[],
  matched: Map<Unit, Unit>,
): void {
  const taken = new Set(matched.values());
  for (const isSameRelation of [true, false]) {
    for (const leaf of before) {
      if (matched.has(leaf)) continue;
      const other = after.find(
        (one) =>
          !taken.has(one) &&
          one.leafKey === leaf.leafKey &&
          (!isSameRelation || one.at.node.relation === leaf.at.node.relation),
      );
      if (other === undefined) continue;
      matched.set(leaf, other);
      taken.add(other);
    }
  }
}

/** Nodes above the very same tables form a chain in each plan: the two are laid beside each other. */
function matchChains(before: UnitTree, after: UnitTree, matched: Map<Unit, Unit>): void {
  const names = leafNames(matched);
  const chains = chainsOf(after, names);
  for (const [leaves, chain] of chainsOf(before, names)) {
    for (const [one, other] of alignChain(chain, chains.get(leaves) ?? [])) matched.set(one, other);
  }
}

/** One name for both units of a matched pair of leaves. */
function leafNames(matched: ReadonlyMap<Unit, Unit>): (leaf: Unit) => string {
  const numbers = new Map<Unit, number>();
  for (const [one, other] of matched) {
    const number = numbers.size;
    numbers.set(one, number);
    numbers.set(other, number);
  }
  let unmatched = 0;
  return (leaf) => {
    let number = numbers.get(leaf);
    if (number === undefined) {
      unmatched -= 1;
      number = unmatched;
      numbers.set(leaf, number);
    }
    return String(number);
  };
}

function chainsOf(
  tree: UnitTree,
  nameOf: (leaf: Unit) => string,
): ReadonlyMap<string, readonly Unit[]> {
  const chains = new Map<string, Unit[]>();
  for (const unit of tree.units) {
    if (unit.role === "leaf") continue;
    const key = unit.leaves.map(nameOf).toSorted().join(" ");
    const chain = chains.get(key);
    if (chain === undefined) chains.set(key, [unit]);
    else chain.push(unit);
  }
  return chains;
}

/** The heaviest common subsequence of two chains: a node of the same type weighs more than one of the same role. */
function alignChain(
  before: readonly Unit[],
  after: readonly Unit[],
): readonly (readonly [Unit, Unit])[] {
  const width = after.length + 1;
  const best = new Array<number>((before.length + 1) * width).fill(0);
  const at = (row: number, column: number): number => best[row * width + column] ?? 0;
  for (let row = before.length - 1; row >= 0; row -= 1) {
    for (let column = after.length - 1; column >= 0; column -= 1) {
      const weight = weightOf(before[row], after[column]);
      const together = weight === 0 ? 0 : weight + at(row + 1, column + 1);
      best[row * width + column] = Math.max(together, at(row + 1, column), at(row, column + 1));
    }
  }
  const pairs: (readonly [Unit, Unit])[] = [];
  let row = 0;
  let column = 0;
  while (row < before.length && column < after.length) {
    const [one, other] = [before[row], after[column]];
    const weight = weightOf(one, other);
    if (
      weight > 0 &&
      one !== undefined &&
      other !== undefined &&
      at(row, column) === weight + at(row + 1, column + 1)
    ) {
      pairs.push([one, other]);
      row += 1;
      column += 1;
    } else if (at(row, column) === at(row + 1, column)) row += 1;
    else column += 1;
  }
  return pairs;
}

function weightOf(one: Unit | undefined, other: Unit | undefined): number {
  if (one === undefined || other === undefined || one.role !== other.role) return 0;
  if (one.role === "other") return one.at.node.nodeType === other.at.node.nodeType ? 3 : 0;
  return one.at.node.nodeType === other.at.node.nodeType ? 3 : 2;
}

/** What is left, such as joins in another order: the pairs that share most of their tables first. */
function matchByLikeness(before: UnitTree, after: UnitTree, matched: Map<Unit, Unit>): void {
  const taken = new Set(matched.values());
  const candidates = before.units
    .filter((unit) => unit.role !== "leaf" && !matched.has(unit))
    .flatMap((unit) =>
      after.units
        .filter((other) => other.role !== "leaf" && !taken.has(other) && weightOf(unit, other) > 0)
        .map((other) => ({ unit, other, likeness: likenessOf(unit, other, matched) })),
    )
    .filter(({ likeness }) => likeness >= LEAST_LIKENESS)
    .toSorted((one, other) => other.likeness - one.likeness);
  for (const { unit, other } of candidates) {
    if (matched.has(unit) || taken.has(other)) continue;
    matched.set(unit, other);
    taken.add(other);
  }
}

/** Sørensen–Dice coefficient of the leaves of two nodes. */
function likenessOf(unit: Unit, other: Unit, matched: ReadonlyMap<Unit, Unit>): number {
  const leaves = new Set(other.leaves);
  const shared = unit.leaves.filter((leaf) => {
    const its = matched.get(leaf);
    return its !== undefined && leaves.has(its);
  }).length;
  return (2 * shared) / Math.max(1, unit.leaves.length + other.leaves.length);
}
