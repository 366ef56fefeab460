import { StreamGateError } from "@streamgate/core";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { advisePlan } from "../../src/plans/advise-plan.ts";
import { diffPlans } from "../../src/plans/diff/diff-plans.ts";
import { readPlans } from "../../src/plans/read/read-plans.ts";
import type { ExplainedNode } from "../../src/plans/tree/explained-node.ts";

const PLAN = `Hash Join  (cost=13.00..33.50 rows=100 width=72) (actual time=0.200..0.900 rows=90 loops=1)
  Hash Cond: (o.customer_id = c.id)
  Join Filter: (c.name <> 'two
lines'::text)
  Buffers: shared hit=12 read=3, temp read=1 written=2
  ->  Seq Scan on public."Order Lines" o  (cost=0.00..18.00 rows=800 width=40) (actual time=0.010..0.300 rows=800 loops=1)
        Filter: (note ~~ '%x + y%'::text)
        Rows Removed by Filter: 200
  ->  Hash  (cost=12.00..12.00 rows=80 width=36) (actual time=0.100..0.101 rows=80 loops=1)
        Buckets: 1024 (originally 512)  Batches: 2 (originally 1)  Memory Usage: 14kB
        ->  Index Scan Backward using customers_pkey on customers c  (cost=0.00..12.00 rows=80 width=36) (actual time=0.010..0.060 rows=80 loops=1)
              Index Cond: (id > 3)
Settings: work_mem = '64kB', search_path = 'a, ''b'''
Planning:
  Buffers: shared hit=5
  Memory: used=20kB  allocated=32kB
Planning Time: 0.300 ms
Trigger for constraint orders_customer_fkey on orders: time=1.500 calls=10
JIT:
  Functions: 7
  Options: Inlining false, Optimization false, Expressions true, Deforming true
  Timing: Generation 0.500 ms (Deform 0.100 ms), Inlining 0.000 ms, Optimization 0.200 ms, Emission 1.300 ms, Total 2.000 ms
Serialization: time=0.010 ms  output=2kB  format=text
Execution Time: 4.000 ms`;

const lines = PLAN.split("\n");
const WIDTH = Math.max(...lines.map((line) => line.length));

/** How plans arrive. */
const PASTED: Readonly<Record<string, string>> = {
  bare: PLAN,
  "with Windows line ends": PLAN.replaceAll("\n", "\r\n"),
  "with hard spaces": PLAN.replaceAll("  ", "\u00a0 "),
  "indented as a whole": lines
    .map((line) => `    ${line}`)
    .join("\n")
    .replace("    lines'", "lines'"),
  "below the statement": `shop=# explain (analyze, buffers)\nshop-# select 1;\n${psql(1)}`,
  "from psql": psql(1),
  "from psql with a border": psql(2),
  "from psql with lines": psql(2)
    .replace(/^\+(-+)\+$/gm, "│$1│")
    .replaceAll("|", "│"),
  "from psql with wide lines": psql(1)
    .split("\n")
    .map((line) => (line.length > 90 ? `${line.slice(0, 90)}.\n.${line.slice(90)}` : line))
    .join("\n"),
  "from psql as records with a border": [
    ...lines.flatMap((line, index) => [
      `+-[ RECORD ${index + 1} ]${"-".repeat(WIDTH)}+`,
      `| QUERY PLAN | ${line.padEnd(WIDTH)} |`,
    ]),
  ]
    .join("\n")
    .replace("| QUERY PLAN | lines'", "|            | lines'")
    .replace(/\n\+-\[ RECORD 4 \]-+\+/, ""),
  "from psql as CSV": `QUERY PLAN\n${PLAN.split(/\n(?!lines')/)
    .map((line) => (/[",\n]/.test(line) ? `"${line.replaceAll('"', '""')}"` : line))
    .join("\n")}\n`,
  "from psql as HTML": `<table border="1">\n${PLAN.split(/\n(?!lines')/)
    .map(
      (line) =>
        `  <tr valign="top">\n    <td align="left">${line
          .replaceAll("&", "&amp;")
          .replaceAll("<", "&lt;")
          .replaceAll(">", "&gt;")
          .replaceAll('"', "&quot;")
          .replaceAll("  ", "&nbsp;&nbsp;")
          .replaceAll("\n", "<br />\n")}</td>\n  </tr>`,
    )
    .join("\n")}\n</table>`,
  "from psql without alignment": `QUERY PLAN\n${PLAN}\n(24 rows)`,
  "in a fence": `Look:\n\`\`\`sql\n${PLAN}\n\`\`\`\nthanks`,
  "quoted in a mail": lines.map((line) => `> ${line}`).join("\n"),
  "as rows of a client": lines.map((line) => `"${line.replaceAll('"', '""')}"`).join("\n"),
};

function psql(border: 1 | 2): string {
  const cell = (text: string, isContinued: boolean): string =>
    border === 1
      ? ` ${isContinued ? `${text.padEnd(WIDTH)}+` : text}`
      : `| ${text.padEnd(WIDTH)}${isContinued ? "+" : " "}|`;
  const rule = border === 1 ? "-".repeat(WIDTH + 2) : `+${"-".repeat(WIDTH + 2)}+`;
  const rows = lines.map((line) => cell(line, line.endsWith("'two")));
  const head = cell("QUERY PLAN".padStart(WIDTH / 2), false);
  return border === 1
    ? `${head}\n${rule}\n${rows.join("\n")}\n(24 rows)\n`
    : `${rule}\n${head}\n${rule}\n${rows.join("\n")}\n${rule}\n(24 rows)\n`;
}

describe("a plan pasted", () => {
  it.each(Object.entries(PASTED))("%s is read", (_, text) => {
    const [plan, surplus] = readPlans(text);
    expect(surplus).toBeUndefined();
    const { root } = plan ?? { root: null };
    expect(root).toMatchObject({
      nodeType: "Hash Join",
      joinType: "Inner",
      actual: { startupMs: 0.2, totalMs: 0.9, rows: 90, loops: 1 },
      blocks: { sharedHit: 12, sharedRead: 3, tempRead: 1, tempWritten: 2 },
    });
    expect(root?.conditions.map(({ name }) => name)).toEqual(["Hash Cond", "Join Filter"]);
    const [scan, hash] = root?.children ?? [];
    expect(scan).toMatchObject({
      schema: "public",
      relation: "Order Lines",
      alias: "o",
      filter: "(note ~~ '%x + y%'::text)",
      removed: { byFilter: 200 },
      parentRelationship: "Outer",
    });
    expect(hash?.hash).toEqual({ buckets: 1024, batches: 2, originalBatches: 1, peakMemoryKb: 14 });
    expect(hash?.children[0]).toMatchObject({
      nodeType: "Index Scan",
      index: "customers_pkey",
      scanDirection: "Backward",
      indexCondition: "(id > 3)",
    });
  });

  it("keeps what stands below its nodes", () => {
    const [plan] = readPlans(PLAN);
    expect(plan).toMatchObject({
      isAnalyzed: true,
      hasTimes: true,
      planningMs: 0.3,
      executionMs: 4,
      settings: { work_mem: "64kB", search_path: "a, 'b'" },
      jit: { functions: 7, generationMs: 0.5, totalMs: 2 },
      triggers: [
        { constraint: "orders_customer_fkey", relation: "orders", timeMs: 1.5, calls: 10 },
      ],
      serialization: { timeMs: 0.01, outputBytes: 2048, format: "text" },
      properties: { Planning: { "Shared Hit Blocks": 5, "Memory Used": 20 } },
    });
  });

  it("may hold a value of several lines", () => {
    const [plan] = readPlans(PLAN);
    expect(plan?.root.conditions[1]?.text).toBe("(c.name <> 'two\nlines'::text)");
  });

  it("is read from JSON with psql's marks, within rows of a client, and as a lone node", () => {
    const node = { "Node Type": "Seq Scan", "Relation Name": "t", "Plan Rows": 3 };
    const json = JSON.stringify([{ Plan: node, "Query Identifier": 1 }], null, 2).replace(
      '"Query Identifier": 1',
      '"Query Identifier": -8123456789012345678',
    );
    const marked = json.replaceAll("\n", `${" ".repeat(9)}+\n `);
    const texts = [
      json,
      `          QUERY PLAN\n------------\n ${marked}\n(1 row)`,
      `-[ RECORD 1 ]---\nQUERY PLAN | ${json.replaceAll("\n", "  +\n           | ")}`,
      `explain said ${""}\n${json}\nand no more`,
      JSON.stringify([{ "QUERY PLAN": [{ Plan: node }] }]),
      JSON.stringify(node),
    ];
    for (const text of texts) expect(readPlans(text)[0]?.root.relation, text).toBe("t");
    expect(readPlans(json)[0]?.queryId).toBe("-8123456789012345678");
  });

  it("may be one of several", () => {
    const relations = readPlans(
      "Seq Scan on one  (cost=0.00..1.00 rows=1 width=4)\n\nSeq Scan on two  (cost=0.00..1.00 rows=1 width=4)\n",
    ).map(({ root }) => root.relation);
    expect(relations).toEqual(["one", "two"]);
  });

  it("is read although another in the same log was cut off", () => {
    const log = [PLAN, lines.slice(0, 8).join("\n"), PLAN]
      .map((plan) => `LOG:  duration: 4.500 ms  plan:\n\t${plan.replaceAll("\n", "\n\t")}`)
      .join("\n");
    const plans = readPlans(log);
    expect(plans.map(({ durationMs }) => durationMs)).toEqual([4.5, 4.5]);
    expect(plans.at(-1)?.warnings).toEqual([
      "1 more could not be read; the first: its end is missing: the node Hash Join needs two inputs and has one",
    ]);
  });

  it("may have no costs", () => {
    const [plan] = readPlans(
      "Limit\n  ->  Sort\n        Sort Key: a, f(b, c) DESC\n        ->  Seq Scan on t",
    );
    expect(plan?.root.children[0]?.sortKeys).toEqual(["a", "f(b, c) DESC"]);
  });

  it("keeps a node of a version to come", () => {
    const [plan] = readPlans(
      "Quantum Scan on t  (cost=0.00..1.00 rows=1 width=4)\n  Entangled With: u",
    );
    expect(plan?.root.nodeType).toBe("Quantum Scan on t");
    expect(plan?.root.properties["Entangled With"]).toBe("u");
  });
});

describe("what is no whole plan", () => {
  const refused = (text: string): string => {
    try {
      readPlans(text);
    } catch (error) {
      if (error instanceof StreamGateError) return `${error.code}: ${error.happened}`;
      throw error;
    }
    return "read";
  };

  it.each([
    ["", "SG_PG_PLAN_UNREADABLE: it is empty"],
    ["hello\nworld", "SG_PG_PLAN_UNREADABLE: there is no plan in it"],
    ["[]", "SG_PG_PLAN_UNREADABLE: there is no plan in it"],
    ['{"Plan": {"Node Type": 3}}', "SG_PG_PLAN_UNREADABLE: there is no plan in it"],
    ['[{"Plan": {"Node Type": "Sort", }}]', "SG_PG_PLAN_UNREADABLE: its JSON is broken"],
    [
      '<explain xmlns="http://www.postgresql.org/2009/explain">',
      "SG_PG_PLAN_UNREADABLE: it is in XML",
    ],
    ['- Plan: \n    Node Type: "Result"', "SG_PG_PLAN_UNREADABLE: it is in YAML"],
    [
      "Sort  (cost=0.00..1.00 rows=1 width=4)\n->  Seq Scan on t  (cost=0.00..1.00 rows=1 width=4)",
      "SG_PG_PLAN_UNREADABLE: its lines have lost their indentation, which says which node is below which",
    ],
    [
      lines.slice(0, 8).join("\n"),
      "SG_PG_PLAN_TRUNCATED: its end is missing: the node Hash Join needs two inputs and has one",
    ],
    [
      lines.slice(0, 10).join("\n"),
      "SG_PG_PLAN_TRUNCATED: its end is missing: the node Hash needs an input and has none",
    ],
    [
      '[{"Plan": {"Node Type": "Sort", "Plans": [{"Node Type": "Seq',
      "SG_PG_PLAN_TRUNCATED: its end is missing: its JSON does not close all the brackets that it opens",
    ],
  ])("is refused with what is wrong: %j", (text, expected) => {
    expect(refused(text)).toBe(expected);
  });

  it("is refused where it is too long, or nested too deeply", () => {
    expect(refused("x".repeat(33 * 1024 * 1024))).toMatch(/^SG_PG_PLAN_TOO_LONG/);
    const deep = `${'{"Node Type":"Limit","Plans":['.repeat(5_000)}{"Node Type":"Result"}${"]}".repeat(5_000)}`;
    expect(refused(deep)).toBe("SG_PG_PLAN_UNREADABLE: its nodes are nested too deeply");
    const stairs = Array.from({ length: 600 }, (_, depth) => `${"  ".repeat(depth + 1)}->  Limit`);
    expect(refused(`Limit\n${stairs.join("\n")}`)).toMatch(/nested too deeply/);
  });

  // Were the time for one of these to grow with the square of its length, it would take minutes.
  it.each([
    ["a side of a frame and blanks", `|${" ".repeat(400_000)}x`],
    ["empty lines", `${"\n".repeat(400_000)}x`],
    ["rules with a letter behind them", `${"-".repeat(1_990)}x\n`.repeat(500)],
    [
      "a setting without an end",
      `Result  (cost=0.00..0.01 rows=1 width=4)\nSettings: ${"a".repeat(400_000)}`,
    ],
    ["a name without an end", `Custom Scan (${"x) on ".repeat(60_000)}\n`],
  ])("is read or refused at once where it is long: %s", (_, text) => {
    try {
      expect(readPlans(text)).toHaveLength(1);
    } catch (error) {
      expect(error).toMatchObject({ code: "SG_PG_PLAN_UNREADABLE" });
    }
  });
});

describe("whatever is read", () => {
  const clause = fc.constantFrom(
    ...lines,
    "->  Seq Scan on t",
    "        ->  CTE Scan on c  (cost=0.00..1.00 rows=1 width=4) (never executed)",
    "  CTE c",
    "  SubPlan 1",
    "  InitPlan 2 (returns $0,$1)",
    "  Worker 0:  actual time=1.000..2.000 rows=3 loops=1",
    "LOG:  duration: 12.5 ms  plan:",
    "\tQuery Text: select 1",
    '{"Plan": {"Node Type": "Gather", "Plans": [{"Node Type": "Result", "Actual Loops": 0}]}}',
    "'",
    '"',
    "| + |",
    "(1 row)",
  );

  const survives = (text: string): void => {
    try {
      const plans = readPlans(text);
      for (const plan of plans) {
        const { weighed } = advisePlan({ plan, at: "2026-01-01T00:00:00.000Z" });
        for (const { share, exclusiveCost } of weighed.nodes) {
          expect(share).toBeGreaterThanOrEqual(0);
          expect(share).toBeLessThanOrEqual(1);
          expect(exclusiveCost).toBeGreaterThanOrEqual(0);
        }
        expect(diffPlans(plan, plan).changes).toEqual([]);
      }
    } catch (error) {
      if (!(error instanceof StreamGateError)) throw error;
    }
  };

  it("ends in a plan or in a clear error: lines of plans in any order", () => {
    fc.assert(
      fc.property(fc.array(clause, { maxLength: 30 }), (parts) => survives(parts.join("\n"))),
      { numRuns: 400 },
    );
  });

  it("ends in a plan or in a clear error: a plan with parts cut out and put in", () => {
    fc.assert(
      fc.property(
        fc.nat(PLAN.length),
        fc.nat(60),
        fc.string({ maxLength: 30, unit: "binary" }),
        (at, length, inserted) => survives(PLAN.slice(0, at) + inserted + PLAN.slice(at + length)),
      ),
      { numRuns: 400 },
    );
  });

  it("ends in a plan or in a clear error: any text, and any JSON", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), survives), { numRuns: 300 });
    fc.assert(
      fc.property(fc.json(), (json) =>
        survives(`{"Plan": {"Node Type": "Sort", "Plans": [${json}]}}`),
      ),
      { numRuns: 300 },
    );
  });
});

describe("a tree of JSON", () => {
  it("has its nodes numbered in the order of EXPLAIN", () => {
    const ids = (node: ExplainedNode): readonly number[] => [
      node.id,
      ...node.children.flatMap(ids),
    ];
    const [plan] = readPlans(PLAN);
    expect(plan === undefined ? [] : ids(plan.root)).toEqual([1, 2, 3, 4]);
  });
});
