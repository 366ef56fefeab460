import { serveOrdinaryTraffic } from "../service.ts";
import type { Subject } from "../world.ts";

class TreeNode {
  readonly children: TreeNode[] = [];
  readonly parent: TreeNode | undefined;
  readonly attributes: Record<string, string>;

  constructor(parent: TreeNode | undefined, attributes: Record<string, string>) {
    this.parent = parent;
    this.attributes = attributes;
    parent?.children.push(this);
  }
}

let current = new TreeNode(undefined, {});

function renderRow(index: number): void {
  const row = new TreeNode(current, { id: `row-${index}`, class: `even-${index % 2}` });
  for (let cell = 0; cell < 6; cell += 1) new TreeNode(row, { id: `cell-${index}-${cell}` });
  if (index % 50 === 0) current = row;
}

export const subject: Subject = {
  pattern: "nodes that hold their parents, of trees that were thrown away",
  sites: ["renderRow", "TreeNode"],
  run(world) {
    serveOrdinaryTraffic(world);
    world.requests(world.betweenRatios(20, 250), renderRow);
  },
};
