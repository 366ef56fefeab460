import type { FlameNode } from "@streamgate/contract";
import fc from "fast-check";
import { expect, test } from "vitest";
import { flameTree } from "../../src/profiling/flame-tree.ts";
import {
  type FlatNode,
  flatCpuProfile,
  flatHeapProfile,
} from "../../src/profiling/flat-profile.ts";

const frame = (functionName: string, url = "file:///app/a.js", lineNumber = 9): object => ({
  functionName,
  url,
  lineNumber,
});

test("a CPU profile of V8 becomes a tree with the time of each function", () => {
  const flat = flatCpuProfile({
    nodes: [
      { id: 1, callFrame: frame("(root)", ""), children: [2, 3] },
      { id: 2, callFrame: frame("handle"), children: [4] },
      { id: 3, callFrame: frame("(idle)", "", -1) },
      { id: 4, callFrame: frame("parse", "node:url", 0) },
    ],
    samples: [2, 4, 4, 3, 2],
    timeDeltas: [0, 100, 200, 300, 5_000],
  });
  expect(flameTree(flat ?? [])).toEqual({
    name: "(root)",
    place: "",
    total: 600,
    self: 0,
    children: [
      {
        name: "handle",
        place: "/app/a.js:10",
        total: 600,
        self: 100,
        children: [{ name: "parse", place: "node:url:1", total: 500, self: 500, children: [] }],
      },
    ],
  });
});

test("a heap profile of V8 becomes a tree with the bytes of each function", () => {
  const flat = flatHeapProfile({
    head: {
      callFrame: frame("(root)", ""),
      selfSize: 0,
      children: [
        { callFrame: frame("keep"), selfSize: 64, children: [] },
        { callFrame: frame("keep"), selfSize: 36, children: [] },
      ],
    },
  });
  expect(flameTree(flat ?? [])?.children).toMatchObject([{ name: "keep", total: 100, self: 100 }]);
});

test("what is no profile is none", () => {
  for (const answer of [null, 7, "x", [], {}, { nodes: 3 }, { head: 3 }]) {
    expect(flatCpuProfile(answer)).toBeUndefined();
    expect(flatHeapProfile(answer)).toBeUndefined();
  }
});

test("a profile whose functions call each other in a circle, or that lacks some, ends", () => {
  const nodes = [
    { id: 1, callFrame: frame("a"), children: [2, 99, "x", null] },
    { id: 2, callFrame: frame("b"), children: [1, 2] },
  ];
  const flat = flatCpuProfile({ nodes, samples: [2, 2], timeDeltas: [0, 50] });
  expect(flameTree(flat ?? [])).toMatchObject({ total: 50, children: [{ name: "b", total: 50 }] });
});

test("names and places without end or with signs that steer terminals are made harmless", () => {
  const hostile = frame(`\u001b[2J${"x".repeat(1_000_000)}`, `file:///${"y".repeat(100_000)}`);
  const flat = flatHeapProfile({ head: { callFrame: hostile, selfSize: 1, children: [] } });
  expect(flat?.[0]?.name.length).toBeLessThanOrEqual(200);
  expect(flat?.[0]?.name).not.toContain("\u001b");
  expect(flat?.[0]?.place.length).toBeLessThanOrEqual(310);
});

test("of a million functions those are shown that can be seen, and the totals stay whole", () => {
  const flat: FlatNode[] = [{ name: "(root)", place: "", parent: -1, self: 0 }];
  for (let index = 1; index < 1_000_000; index += 1) {
    const parent = Math.floor(index / 3);
    flat.push({ name: `f${index}`, place: "", parent, self: index % 7 });
  }
  const tree = flameTree(flat);
  expect(tree?.total).toBe(flat.reduce((sum, { self }) => sum + self, 0));
  expect(count(tree)).toBeLessThanOrEqual(8_000);
});

test("a stack a million calls deep is cut, and what was below counts for the deepest that is shown", () => {
  const flat = Array.from({ length: 1_000_000 }, (_, index) => {
    return { name: `f${index}`, place: "", parent: index - 1, self: 1 };
  });
  const tree = flameTree(flat);
  expect(tree?.total).toBe(1_000_000);
  expect(depth(tree)).toBeLessThanOrEqual(251);
});

test("no shown function is wider than its caller, and selfs and children never add up to more than the total", () => {
  const profile = fc
    .array(fc.record({ name: fc.constantFrom("a", "b", "c"), back: fc.nat(5), self: fc.nat(9) }), {
      minLength: 1,
      maxLength: 60,
    })
    .map((rows) =>
      rows.map(({ name, back, self }, index) => {
        const parent = index === 0 ? -1 : Math.max(0, index - 1 - back);
        return { name, place: "", parent, self };
      }),
    );
  fc.assert(
    fc.property(profile, (flat) => {
      const tree = flameTree(flat);
      const sum = flat.reduce((total, { self }) => total + self, 0);
      expect(tree?.total ?? 0).toBe(sum);
      for (const node of nodesOf(tree)) {
        const below = node.children.reduce((total, child) => total + child.total, 0);
        expect(node.self + below).toBeLessThanOrEqual(node.total);
      }
    }),
  );
});

function nodesOf(tree: FlameNode | null): readonly FlameNode[] {
  return tree === null ? [] : [tree, ...tree.children.flatMap(nodesOf)];
}

function count(tree: FlameNode | null): number {
  return nodesOf(tree).length;
}

function depth(tree: FlameNode | null): number {
  return tree === null ? 0 : 1 + Math.max(0, ...tree.children.map(depth));
}
