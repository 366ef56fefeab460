import type { FlameNode } from "@streamgate/contract";
import type { FlatProfile } from "./flat-profile.ts";

/** Of the whole: narrower than half a pixel of the widest screen. */
const LEAST_SHARE = 1 / 5_000;
const MOST_NODES = 8_000;
/** Deeper calls count for the one above them. */
const MOST_DEPTH = 250;

/** A function while its callers and callees are put together. */
interface Merged {
  readonly name: string;
  readonly place: string;
  readonly caller: Merged | undefined;
  self: number;
  total: number;
  readonly depth: number;
  readonly children: Map<string, Merged>;
}

/**
 * The tree of a profile for a flame graph: calls of one function from one place together, the widest first, without what would be
 * too narrow to be seen. What is left out stays in the totals of those above it. Null where the profile holds nothing.
 */
export function flameTree(profile: FlatProfile): FlameNode | null {
  const root = merge(profile);
  if (root === undefined || root.total <= 0) return null;
  return draw(root, widestOf(root));
}

function merge(profile: FlatProfile): Merged | undefined {
  const ofPlace: Merged[] = [];
  const all: Merged[] = [];
  for (const { name, place, parent, self } of profile) {
    const caller = ofPlace[parent];
    const node =
      caller === undefined ? begin(all, name, place) : calledBy(all, caller, name, place);
    node.self += self;
    ofPlace.push(node);
  }
  // Callees come after their callers: backwards every total is complete when it is handed up.
  for (const node of all.reverse()) {
    node.total += node.self;
    if (node.caller !== undefined) node.caller.total += node.total;
  }
  return ofPlace[0];
}

function calledBy(all: Merged[], caller: Merged, name: string, place: string): Merged {
  if (caller.depth >= MOST_DEPTH) return caller;
  const key = `${name}\n${place}`;
  const known = caller.children.get(key);
  if (known !== undefined) return known;
  const node = begin(all, name, place, caller);
  caller.children.set(key, node);
  return node;
}

function begin(all: Merged[], name: string, place: string, caller?: Merged): Merged {
  const depth = caller === undefined ? 0 : caller.depth + 1;
  const node = { name, place, caller, depth, self: 0, total: 0, children: new Map() };
  all.push(node);
  return node;
}

/** The nodes that are shown. A caller is as wide as what it calls, and comes before it: none stands without its callers. */
function widestOf(root: Merged): ReadonlySet<Merged> {
  const leastTotal = root.total * LEAST_SHARE;
  const seen: Merged[] = [];
  const left = [root];
  for (let node = left.pop(); node !== undefined; node = left.pop()) {
    seen.push(node);
    for (const child of node.children.values()) if (child.total >= leastTotal) left.push(child);
  }
  const widest = seen.sort((one, other) => other.total - one.total || one.depth - other.depth);
  return new Set(widest.slice(0, MOST_NODES));
}

function draw(node: Merged, shown: ReadonlySet<Merged>): FlameNode {
  const { name, place, total, self } = node;
  const children = [...node.children.values()]
    .filter((child) => shown.has(child))
    .sort((one, other) => other.total - one.total)
    .map((child) => draw(child, shown));
  return { name, place, total, self, children };
}
