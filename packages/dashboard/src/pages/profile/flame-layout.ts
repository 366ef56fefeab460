import type { FlameNode } from "@streamgate/contract";

/** Which child of which child of the root: `0.3.1`; empty for the root itself. */
export type FlamePath = string;

/** One function in the drawing. */
export interface FlameBox {
  readonly node: FlameNode;
  readonly path: FlamePath;
  /** Row, from the top. */
  readonly depth: number;
  /** Left edge and width as shares of the drawing, 0 to 1. */
  readonly left: number;
  readonly width: number;
  /** Whether it stands above the function that is looked at. */
  readonly isAncestor: boolean;
}

export interface FlameLayout {
  readonly boxes: readonly FlameBox[];
  readonly rows: number;
  /** What is looked at: the root of the drawing. */
  readonly focus: FlameNode;
  /** Functions that are too narrow to be drawn. */
  readonly hidden: number;
}

export interface FlameLimits {
  /** Narrower ones are left out, as a share of the drawing. */
  readonly leastWidth: number;
  readonly mostRows: number;
  readonly mostBoxes: number;
}

export const FLAME_LIMITS: FlameLimits = { leastWidth: 0.002, mostRows: 64, mostBoxes: 1_500 };

/** Lays a profile out with the callers above what they called, the widest child first: what was costly stands at the left. */
export function layoutFlame(
  root: FlameNode,
  focusPath: FlamePath = "",
  limits: FlameLimits = FLAME_LIMITS,
): FlameLayout {
  const line = lineTo(root, focusPath);
  const boxes: FlameBox[] = line.map(({ node, path }, depth) => ({
    node,
    path,
    depth,
    left: 0,
    width: 1,
    isAncestor: depth < line.length - 1,
  }));
  const focus = line.at(-1)?.node ?? root;
  let rows = line.length;
  let hidden = 0;
  let row: FlameBox[] = boxes.slice(-1);
  while (row.length > 0 && rows < limits.mostRows) {
    const below: FlameBox[] = [];
    for (const parent of row)
      for (const box of childrenOf(parent))
        if (box.width < limits.leastWidth || boxes.length + below.length >= limits.mostBoxes)
          hidden += 1;
        else below.push(box);
    boxes.push(...below);
    if (below.length > 0) rows += 1;
    row = below;
  }
  for (const { node } of row) hidden += node.children.length;
  return { boxes, rows, focus, hidden };
}

function childrenOf(parent: FlameBox): FlameBox[] {
  let left = parent.left;
  const scale = parent.node.total > 0 ? parent.width / parent.node.total : 0;
  return parent.node.children
    .map((node, index) => ({ node, path: joined(parent.path, index) }))
    .sort((one, other) => other.node.total - one.node.total)
    .map(({ node, path }) => {
      const box = { node, path, depth: parent.depth + 1, left, width: node.total * scale };
      left += box.width;
      return { ...box, isAncestor: false };
    });
}

/** The functions from the root to the one at a path; as far as the path leads. */
function lineTo(
  root: FlameNode,
  path: FlamePath,
): { readonly node: FlameNode; readonly path: FlamePath }[] {
  const line = [{ node: root, path: "" }];
  let node = root;
  for (const part of path === "" ? [] : path.split(".")) {
    const child = /^\d+$/.test(part) ? node.children[Number(part)] : undefined;
    if (child === undefined) break;
    line.push({ node: child, path: joined(line.at(-1)?.path ?? "", Number(part)) });
    node = child;
  }
  return line;
}

function joined(path: FlamePath, index: number): FlamePath {
  return path === "" ? String(index) : `${path}.${index}`;
}
