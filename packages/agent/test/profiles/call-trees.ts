import fc from "fast-check";
import type { CallNode } from "../../src/profiles/call-tree.ts";

/** A node with these children, whose total is right. */
export function callNode(
  name: string,
  selfValue: number,
  children: readonly CallNode[] = [],
  file = "file:///app/src/a.js",
): CallNode {
  return {
    frame: { name, file, line: 3, column: 5 },
    selfValue,
    selfSamples: selfValue > 0 ? 1 : 0,
    totalValue: children.reduce((sum, child) => sum + child.totalValue, selfValue),
    children,
  };
}

/** Any tree, with hostile names. */
export const anyTree: fc.Arbitrary<CallNode> = treeOf(4);

function treeOf(depth: number): fc.Arbitrary<CallNode> {
  const name = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("<script>alert(1)</script>", `"'&]]>`, "\u0000\u001b", "\ud800", "(idle)"),
  );
  const file = fc.constantFrom("", "node:fs", "file:///a/node_modules/b.js", "file:///<x>.js");
  const children = depth === 1 ? fc.constant([]) : fc.array(treeOf(depth - 1), { maxLength: 3 });
  return fc
    .tuple(name, fc.nat(1_000_000), children, file)
    .map(([named, selfValue, below, written]) => callNode(named, selfValue, below, written));
}
