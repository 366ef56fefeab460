import type { Configuration, PlanNode, Snapshot, Twin } from "@streamgate/pg-advisor";
import { describe, expect, test } from "vitest";
import type { AdvisorInput } from "../../bench/index-advice/advisor.ts";
import { columnIndex } from "../../bench/index-advice/rivals/column-index.ts";
import { extend } from "../../bench/index-advice/rivals/extend.ts";
import { hypotheticalBytes } from "../../bench/index-advice/rivals/hypothetical-size.ts";

const TABLE = { schema: "public", name: "song" };
const PAGE = 8_192;

describe("HypoPG's size of an index", () => {
  test("is made of widths, an item header and a line pointer a column, and 30 % of air", () => {
    // 1,000,000 × (4 + 8 + 8) × 1.3 / 8152 = 3189.4 pages
    expect(hypotheticalBytes(columnIndex(TABLE, ["artist"]), snapshot())).toBe(3_189 * PAGE);
    // 1,000,000 × (4 + 4 + 16 + 8) × 1.3 / 8152 = 5103.0 pages
    expect(hypotheticalBytes(columnIndex(TABLE, ["artist", "year"]), snapshot())).toBe(
      5_103 * PAGE,
    );
  });
});

describe("Extend", () => {
  test("takes the column that saves most, and makes it longer while that saves more", async () => {
    const { indexes } = await extend.advise(input(), 20_000 * PAGE);
    expect(indexes.map(({ keys }) => keys.map(({ column }) => column))).toEqual([
      ["artist", "year"],
    ]);
  });

  test("spends no more than its budget, by its own belief", async () => {
    const { indexes, believedBytes } = await extend.advise(input(), 4_000 * PAGE);
    expect(indexes.map(({ keys }) => keys.map(({ column }) => column))).toEqual([["artist"]]);
    expect(believedBytes).toBe(3_189 * PAGE);
    expect((await extend.advise(input(), 3_000 * PAGE)).indexes).toEqual([]);
  });
});

/** One statement: 1000 without an index, 400 by artist, 900 by year, 100 by both. */
function costWith(columns: readonly (readonly string[])[]): number {
  const costs = columns.map((keys) => {
    if (keys.join() === "artist,year" || keys.join() === "year,artist") return 100;
    return keys[0] === "artist" ? 400 : 900;
  });
  return Math.min(1_000, ...costs);
}

function input(): AdvisorInput {
  const both = [
    { table: TABLE, column: "artist" },
    { table: TABLE, column: "year" },
  ];
  return {
    statements: [
      { name: "songs", sql: "select", alternatives: [], callsAnHour: 1, isWrite: false },
    ],
    snapshot: snapshot(),
    makeTwin: () => Promise.resolve(fakeTwin()),
    meansMs: [1],
    columns: [{ tables: [TABLE], compared: both, ordered: [] }],
  };
}

function fakeTwin(): Twin {
  const defined = new Map<string, readonly string[]>();
  const twin: Partial<Twin> = {
    define: (candidates) => {
      for (const { id, definition } of candidates) {
        defined.set(
          id,
          definition.keys.map(({ column }) => column ?? ""),
        );
      }
      return Promise.resolve();
    },
    planMany: (requests, { present }: Configuration) => {
      const totalCost = costWith(present.map((id) => defined.get(id) ?? []));
      return Promise.resolve(requests.map(() => ({ totalCost }) as PlanNode));
    },
    close: () => Promise.resolve(),
  };
  return twin as Twin;
}

function snapshot(): Snapshot {
  const widths = ["artist", "year"].map((column) => ({
    ...TABLE,
    relation: TABLE.name,
    column,
    averageWidth: 4,
  }));
  const columns = ["artist", "year"].map((name) => ({ name, type: "integer" }));
  const known: unknown = {
    server: { blockSizeBytes: PAGE },
    relations: [{ ...TABLE, rows: 1_000_000, columns }],
    indexes: [],
    columnStatistics: widths,
  };
  return known as Snapshot;
}
