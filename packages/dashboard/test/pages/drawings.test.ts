import type { FlameNode, PlanNodeView } from "@streamgate/contract";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { joined } from "../../src/components/use-further-rows.ts";
import { sqlLines } from "../../src/format/sql-lines.ts";
import { targetOf } from "../../src/pages/profile/flame-keys.ts";
import { FLAME_LIMITS, layoutFlame } from "../../src/pages/profile/flame-layout.ts";
import { matchedShare } from "../../src/pages/profile/flame-search.ts";
import { functionTotals } from "../../src/pages/profile/function-totals.ts";
import { originOf } from "../../src/pages/profile/origin.ts";
import { isGreatMisestimate, planRows } from "../../src/pages/query/plan-rows.ts";
import { repeatedSteps } from "../../src/pages/route/repeated-spans.ts";
import { stackParts } from "../../src/pages/route/stack-parts.ts";
import { MOST_ROWS, waterfallRows } from "../../src/pages/route/waterfall.ts";
import { labPlan, twinPlan } from "../fixtures/queries.ts";
import { flame, flameFixture } from "../fixtures/resources.ts";
import { measured, routeFixture } from "../fixtures/routes.ts";

const profiles: fc.Arbitrary<FlameNode> = fc.letrec<{ node: FlameNode }>((tie) => ({
  node: fc
    .record({
      name: fc.constantFrom("a", "b", "c"),
      self: fc.nat(1_000),
      children: fc.oneof(
        { depthSize: "small", withCrossShrink: true },
        fc.constant([]),
        fc.array(tie("node"), { maxLength: 4 }),
      ),
    })
    .map(({ name, self, children }) => flame(name, "", self, children)),
})).node;

describe("the layout of a flame graph", () => {
  it("keeps every function inside its caller, and callers inside the drawing", () => {
    fc.assert(
      fc.property(profiles, (root) => {
        const { boxes } = layoutFlame(root, "", { ...FLAME_LIMITS, leastWidth: 0 });
        const byPath = new Map(boxes.map((box) => [box.path, box]));
        for (const { path, left, width, depth } of boxes) {
          if (path === "") continue;
          const parent = byPath.get(path.split(".").slice(0, -1).join("."));
          expect(parent?.depth).toBe(depth - 1);
          expect(left).toBeGreaterThanOrEqual((parent?.left ?? 0) - 1e-9);
          expect(left + width).toBeLessThanOrEqual(
            (parent?.left ?? 0) + (parent?.width ?? 0) + 1e-9,
          );
        }
      }),
    );
  });

  it("gives a function that is looked at the whole width, below its callers", () => {
    const { boxes, focus } = layoutFlame(flameFixture, "2.0");
    expect(focus.name).toBe("handleSearch");
    expect(
      boxes.slice(0, 3).map(({ node, width, isAncestor }) => [node.name, width, isAncestor]),
    ).toEqual([
      ["(root)", 1, true],
      ["processTicksAndRejections", 1, true],
      ["handleSearch", 1, false],
    ]);
  });

  it("goes as far as a path leads that leads nowhere", () => {
    expect(layoutFlame(flameFixture, "2.9.x").focus.name).toBe("processTicksAndRejections");
    expect(layoutFlame(flameFixture, "-1").focus.name).toBe("(root)");
    expect(layoutFlame(flame("(root)", "", 0)).boxes).toHaveLength(1);
  });

  it("leaves out what is too narrow, too deep or too much, and counts it", () => {
    const wide = flame(
      "(root)",
      "",
      0,
      Array.from({ length: 5_000 }, (_, index) => flame(`f${index}`, "", 1)),
    );
    expect(layoutFlame(wide)).toMatchObject({ rows: 1, hidden: 5_000 });
    let deep = flame("leaf", "", 1);
    for (let depth = 0; depth < 20_000; depth += 1) deep = { ...deep, self: 0, children: [deep] };
    const layout = layoutFlame(deep);
    expect(layout.rows).toBe(FLAME_LIMITS.mostRows);
    expect(layout.hidden).toBeGreaterThan(0);
  });
});

describe("a profile as a list", () => {
  it("adds up to the whole, however often a function was called", () => {
    fc.assert(
      fc.property(profiles, (root) => {
        const rows = functionTotals(root);
        expect(rows.reduce((sum, { self }) => sum + self, 0)).toBe(root.total);
        for (const { total } of rows) expect(total).toBeLessThanOrEqual(root.total);
      }),
    );
  });

  it("counts a function once that calls itself", () => {
    const [first] = functionTotals(flame("a", "", 1, [flame("a", "", 2, [flame("a", "", 3)])]));
    expect(first).toEqual({ name: "a", place: "", self: 6, total: 6 });
  });

  it("finds what passes through a name, once where matches are nested", () => {
    const root = flame("(root)", "", 2, [flame("match", "", 1, [flame("match", "", 1)])]);
    expect(matchedShare(root, " MATCH ")).toBe(0.5);
    expect(matchedShare(root, "")).toBe(0);
    expect(matchedShare(flame("x", "", 0), "x")).toBe(0);
  });

  it("knows whose code a function is", () => {
    expect(originOf({ name: "f", place: "src/a.ts:1" })).toBe("application");
    expect(originOf({ name: "f", place: "node_modules/pg/lib/client.js:1" })).toBe("library");
    expect(originOf({ name: "f", place: "node:internal/x:1" })).toBe("node");
    expect(originOf({ name: "(garbage collector)", place: "" })).toBe("engine");
  });
});

describe("the arrow keys in a flame graph", () => {
  const places = [
    { depth: 0, left: 0, right: 100 },
    { depth: 1, left: 60, right: 100 },
    { depth: 1, left: 0, right: 60 },
    { depth: 2, left: 62, right: 70 },
  ];

  it("go along the row as it is seen, down to what was called, and up to the caller", () => {
    expect(targetOf("ArrowDown", 0, places)).toBe(2);
    expect(targetOf("ArrowRight", 2, places)).toBe(1);
    expect(targetOf("ArrowDown", 1, places)).toBe(3);
    expect(targetOf("ArrowUp", 3, places)).toBe(1);
    expect(targetOf("Home", 3, places)).toBe(0);
  });

  it("lead nowhere at the edges", () => {
    expect(targetOf("ArrowUp", 0, places)).toBeUndefined();
    expect(targetOf("ArrowLeft", 2, places)).toBeUndefined();
    expect(targetOf("ArrowDown", 2, places)).toBeUndefined();
    expect(targetOf("x", 0, places)).toBeUndefined();
    expect(targetOf("ArrowUp", 9, places)).toBeUndefined();
  });
});

describe("a plan as rows", () => {
  it("draws the tree and gives each node what it takes itself", () => {
    const rows = planRows(twinPlan);
    expect(rows.map(({ branch, node }) => `${branch}${node.operation}`)).toEqual([
      "Limit",
      "└─ Nested Loop",
      "   ├─ Sort",
      "   │  └─ Seq Scan",
      "   └─ Index Scan",
    ]);
    expect(rows.reduce((sum, { ownCost }) => sum + ownCost, 0)).toBeCloseTo(twinPlan.cost);
    expect(rows[0]?.ownMs).toBeUndefined();
  });

  it("takes the time for the share where the plan ran", () => {
    const shares = planRows(labPlan).map(({ share }) => share);
    expect(shares[2]).toBeCloseTo(101.4 / 118.2);
  });

  it("does not blame the planner for rows that a limit did not want", () => {
    const scan: PlanNodeView = {
      operation: "Index Scan",
      detail: "",
      cost: 1,
      rows: 10_000,
      actualMs: 1,
      actualRows: 20,
      children: [],
    };
    const limit = { ...scan, operation: "Limit", rows: 20, children: [scan] };
    expect(planRows(limit).map(isGreatMisestimate)).toEqual([false, false]);
    const sorted = { ...limit, children: [{ ...scan, operation: "Sort", children: [scan] }] };
    expect(planRows(sorted).map(isGreatMisestimate)).toEqual([false, false, true]);
  });
});

describe("a request as a waterfall", () => {
  const trace = routeFixture.traces[0];
  if (trace === undefined) throw new Error("the fixture has no trace");

  it("puts each step below the one it belongs to, in the order in which they began", () => {
    const rows = waterfallRows(trace);
    expect(rows[0]).toMatchObject({ depth: 0, left: 0, width: 1 });
    expect(rows[1]).toMatchObject({ depth: 1 });
    for (const { left, width } of rows) expect(left + width).toBeLessThanOrEqual(1 + 1e-9);
  });

  it("survives steps that lost their parent, point at themselves, or are too many", () => {
    const [step] = trace.spans;
    if (step === undefined) throw new Error("the fixture has no step");
    const spans = [
      { ...step, id: "orphan", parent: "gone" },
      { ...step, id: "self", parent: "self" },
      ...Array.from({ length: 1_000 }, (_, index) => ({ ...step, id: `s${index}`, parent: null })),
    ];
    expect(waterfallRows({ ...trace, spans })).toHaveLength(MOST_ROWS);
    expect(waterfallRows({ ...trace, spans: [] })).toEqual([]);
  });

  it("names a step that ran in a loop, and no other", () => {
    expect(repeatedSteps(trace).map(({ times, part }) => [times, part])).toEqual([
      [9, "postgresql"],
    ]);
  });
});

describe("parts side by side", () => {
  const part = (share: number | null) => ({
    part: "redis" as const,
    mean: measured(1, "ms"),
    share: measured(share, "ratio"),
  });

  it("never reach past the whole, and what is not known takes no room", () => {
    const stacked = stackParts([part(0.8), part(null), part(0.8)]);
    expect(stacked).toHaveLength(2);
    expect(stacked[1]).toMatchObject({ left: 0.5, width: 0.5 });
    expect(stackParts([part(0.25)])[0]?.width).toBe(0.25);
  });
});

describe("a statement in lines", () => {
  it("begins a line at each clause outside of brackets and quotes", () => {
    const text =
      "select a, (select max(x) from y where z = 1) from t left join u on u.id = t.id where t.note = 'a from b' order by a limit $1";
    expect(sqlLines(text)).toBe(
      [
        "select a, (select max(x) from y where z = 1)",
        "from t",
        "  left join u on u.id = t.id",
        "where t.note = 'a from b'",
        "order by a",
        "limit $1",
      ].join("\n"),
    );
  });

  it("leaves short statements and those with lines of their own alone", () => {
    expect(sqlLines("select 1 from t")).toBe("select 1 from t");
    const lines = `select ${"a, ".repeat(40)}b\nfrom t where c`;
    expect(sqlLines(lines)).toBe(lines);
  });

  it("changes nothing but white space", () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom("select", "from", "(", ")", "'", '"', "left join", "where", "$1")),
        (words) => {
          const text = words.join(" ").padEnd(90, " x");
          expect(sqlLines(text).replaceAll(/\s+/g, " ")).toBe(text.trim().replaceAll(/\s+/g, " "));
        },
      ),
    );
  });
});

describe("rows that were read one stretch after another", () => {
  it("show a row once that has moved up since", () => {
    expect(joined(["b", "a"], ["b", "c"], (row) => row)).toEqual(["b", "a", "c"]);
  });
});
