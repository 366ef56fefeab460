import fc from "fast-check";
import { expect, test } from "vitest";
import { drawFlameGraph } from "../../src/profiles/flame-graph.ts";
import { anyTree, callNode } from "./call-trees.ts";

test("a box is as wide as its function's share, and says its figures", () => {
  const tree = callNode("(root)", 0, [
    callNode("fast", 25e6),
    callNode("slow", 25e6, [callNode("inner", 50e6)]),
  ]);
  const svg = drawFlameGraph(tree, { kind: "cpu", title: "CPU of shop", widthPixels: 1_000 });
  expect(svg).toContain('<title id="title">CPU of shop</title>');
  expect(svg).toContain(
    "<title>slow (file:///app/src/a.js:3): 75.0 ms, 75.0 %; itself 25.0 ms</title>",
  );
  expect(svg).toMatch(/inner.*?<rect x="250\.0" y="80" width="500\.0"/);
});

test("waiting is left out, and that is said", () => {
  const tree = callNode("(root)", 0, [callNode("work", 10e6), callNode("(idle)", 90e6, [], "")]);
  const svg = drawFlameGraph(tree, { kind: "cpu", title: "t", widthPixels: 1_000 });
  expect(svg).toContain("10.0 ms, 90.0 ms idle left out");
  expect(svg).not.toContain("(idle)");
});

test("calls of one function from two lines of its caller are one box", () => {
  const tree = callNode("(root)", 0, [callNode("twice", 10), callNode("twice", 30)]);
  const svg = drawFlameGraph(tree, { kind: "heap", title: "t" });
  expect(svg.match(/<title>twice/g)).toHaveLength(1);
});

test("a hundred thousand functions too narrow to be seen are not drawn", () => {
  const many = Array.from({ length: 100_000 }, (_, at) => callNode(`f${at}`, 1));
  const svg = drawFlameGraph(callNode("(root)", 0, many), { kind: "heap", title: "t" });
  expect(svg.length).toBeLessThan(10_000);
});

test("whatever functions are called, the picture is well-formed and runs nothing", () => {
  fc.assert(
    fc.property(anyTree, fc.string({ unit: "binary" }), (tree, title) => {
      const svg = drawFlameGraph(tree, { kind: "cpu", title });
      expect(openElements(svg)).toEqual([]);
      expect(svg).not.toMatch(/<script|\son\w+=|javascript:/i);
      expect(Buffer.from(svg).toString()).toBe(svg);
      expect(Array.from(svg, codeOf).filter((code) => code < 0x20 && code !== 0x0a)).toEqual([]);
    }),
  );
});

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}

/** What is left open, or closed in the wrong order, after a strict reading of the markup. */
function openElements(svg: string): string[] {
  const open: string[] = [];
  const token =
    /<\/(\w+)>|<(\w+)((?:\s[\w:-]+="(?:[^"<&]|&(?:amp|lt|gt|quot|#39);)*")*)(\/?)>|(?:[^<&]|&(?:amp|lt|gt|quot|#39);)+/gy;
  let at = 0;
  for (const found of svg.matchAll(token)) {
    if (found.index !== at) return ["not markup"];
    at += found[0].length;
    if (found[1] !== undefined && open.pop() !== found[1]) return [`closed ${found[1]}`];
    if (found[2] !== undefined && found[4] === "") open.push(found[2]);
  }
  return at === svg.length ? open : ["not markup"];
}
