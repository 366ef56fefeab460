import fc from "fast-check";
import { beforeAll, expect, test } from "vitest";
import type { PlanNode } from "../../src/plans/plan.ts";
import { planShape } from "../../src/plans/plan-shape.ts";
import { quoteIdentifier, quoteLiteral } from "../../src/schema/identifiers.ts";
import { formatArrayText } from "../../src/snapshot/array-text.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";
import { readTwinFile, writeTwinFile } from "../../src/twin-export/export-file.ts";
import type { ExportOptions } from "../../src/twin-export/options.ts";
import type { Twin } from "../../src/what-if/twin/twin.ts";
import { withTwin } from "../twin-support.ts";
import { nastySnapshot, statement } from "./nasty-snapshot.ts";

const SECRET = "a secret of the test";
const WITHOUT_VALUES = { values: [], weight: 1, origin: "given" } as const;
const SHAPE: ExportOptions = { names: "kept", values: "shape", secret: SECRET };
const EVERY_WAY: readonly ExportOptions[] = [
  SHAPE,
  { names: "kept", values: "none", secret: SECRET },
  { names: "hashed", values: "shape", secret: SECRET },
  { names: "hashed", values: "none", secret: SECRET },
];

let snapshot: Snapshot;

beforeAll(async () => {
  snapshot = await nastySnapshot();
});

test.each(EVERY_WAY)(
  "no text of the database is in an export: names $names, values $values",
  (options) => {
    const text = writeTwinFile(snapshot, options);
    const texts = [
      "Jürgen",
      "tag4",
      "example.org",
      "User7",
      "ADA4",
      "code5",
      "it's",
      "rare",
      "Top.Science",
      "elsewhere.invalid",
      "a secret of",
      "upper(substr",
    ];
    for (const one of texts) expect(text, one).not.toContain(one);
  },
);

test("statements that define objects, or are about tables that are not there, stay at home", () => {
  const texts = [
    "create index on orders (id)",
    "insert into once_there (id) values ($1)",
    "select 1 from elsewhere.orders",
    "select relname from pg_catalog.pg_class",
    "select * from (",
  ];
  const [table] = snapshot.relations;
  const kept = `with recent as (select 1) select 1 from recent, ${quoteIdentifier(table?.schema ?? "")}.${quoteIdentifier(table?.name ?? "")}`;
  const statements = [...texts, kept].map((one) => ({ ...statement("select 1"), text: one }));
  const exported = readTwinFile(writeTwinFile({ ...snapshot, statements }, SHAPE)).statements;
  expect(exported).toHaveLength(1);
  expect(exported[0]?.text).toContain("recent");
});

test("hashed names tell nothing of names, and are the same for the same name", () => {
  const text = writeTwinFile(snapshot, { names: "hashed", values: "shape", secret: SECRET });
  for (const name of [
    "größe",
    "Full Name",
    "Mixed Case",
    "order_tags",
    "Half Of",
    "initials",
    "Grand child",
    "events_2026",
    "Per Kind",
    "archive",
    "View on view",
  ]) {
    expect(text, name).not.toContain(name);
  }
  expect(writeTwinFile(snapshot, { names: "hashed", values: "shape", secret: SECRET })).toBe(text);
  expect(writeTwinFile(snapshot, { names: "hashed", values: "shape", secret: "another" })).not.toBe(
    text,
  );
});

/** Puts texts wherever a database may hold some. */
function withTexts(base: Snapshot, texts: readonly string[]): Snapshot {
  const [
    common = "",
    bound = "",
    element = "",
    label = "",
    inDefault = "",
    inCheck = "",
    inPartition = "",
    inIndex = "",
    inStatement = "",
    inComment = "",
    inBody = "",
    inView = "",
    host = "",
    expression = "",
    inDocument = "",
  ] = texts;
  const first = <Item>(items: readonly Item[], change: (item: Item) => Item): readonly Item[] =>
    items.map((item, position) => (position === 0 ? change(item) : item));
  return {
    ...base,
    server: { ...base.server, host, user: `${host}1`, database: `${host}2` },
    types: first(
      base.types.filter(({ kind }) => kind === "enum"),
      (type) => ({
        ...type,
        definition: `CREATE TYPE ${type.schema}.${type.name} AS ENUM (${quoteLiteral(label)})`,
      }),
    ),
    ownTypes: [
      {
        oid: 20_000,
        schema: "public",
        name: "mood",
        kind: "enum",
        extension: null,
        labels: [{ oid: 1, label }],
      },
    ],
    functions: first(base.functions, (one) => ({
      ...one,
      definition: `CREATE OR REPLACE FUNCTION public.f() RETURNS text LANGUAGE sql\nAS $function$ select ${quoteLiteral(inBody)} $function$\n`,
    })),
    relations: base.relations.map((one) => ({
      ...one,
      definition: one.definition === null ? null : `select ${quoteLiteral(inView)}::text as x`,
      columns: one.columns.map((column) => ({
        ...column,
        defaultExpression:
          column.name === "note" ? quoteLiteral(inDefault) : column.defaultExpression,
      })),
      partitionOf:
        one.partitionOf === null
          ? null
          : { ...one.partitionOf, bound: `FOR VALUES IN (${quoteLiteral(inPartition)})` },
    })),
    indexes: first(base.indexes, (one) => ({
      ...one,
      predicate: `(a = ${quoteLiteral(inIndex)}::text)`,
      definition: `CREATE INDEX i ON t USING btree (a) WHERE (a = ${quoteLiteral(inIndex)}::text)`,
    })),
    constraints: first(base.constraints, (one) => ({
      ...one,
      definition: `CHECK ((a <> ${quoteLiteral(inCheck)}::text))`,
    })),
    columnStatistics: base.columnStatistics.map((one) =>
      one.column !== "note" && one.column !== "tags" && one.column !== "feeling"
        ? one
        : {
            ...one,
            mostCommonValues: formatArrayText([common, label]),
            histogramBounds: formatArrayText([bound, common]),
            mostCommonElements: formatArrayText([element]),
            mostCommonElementFrequencies: [0.5, 0.5, 0.5, 0],
          },
    ),
    extendedStatistics: base.extendedStatistics.map((one) =>
      one.expressions === undefined
        ? one
        : {
            ...one,
            mostCommonValues: Buffer.from(expression).toString("base64"),
            expressions: one.expressions.map((facts) => ({
              ...facts,
              mostCommonValues: formatArrayText([expression]),
            })),
          },
    ),
    statements: [
      statement(
        `select * from t where a = ${quoteLiteral(inStatement)} and b like ${quoteLiteral(`%${inStatement}%`)} -- ${inComment.replace(/[\r\n]/g, "")}`,
      ),
      statement(
        `select $tag$${inStatement.replaceAll("$", "")}$tag$ /* ${inComment.replaceAll("*", "").replaceAll("/", "")} */ , ${quoteLiteral(JSON.stringify({ [inDocument]: [inDocument] }))}::jsonb`,
      ),
    ],
  };
}

test("whatever texts a database holds, none of them is in its export", () => {
  const small = {
    ...snapshot,
    relations: snapshot.relations.filter(({ name }) => name !== "wide"),
    columnStatistics: snapshot.columnStatistics.filter(({ relation }) => relation !== "wide"),
  };
  const vocabulary = new Map(
    EVERY_WAY.map((options) => [options, writeTwinFile(withTexts(small, []), options)]),
  );
  const text = fc
    .string({ minLength: 4, maxLength: 30, unit: "grapheme" })
    .filter((one) => !one.includes("\0") && Array.from(one).length >= 4);
  fc.assert(
    fc.property(
      fc.array(text, { minLength: 15, maxLength: 15 }),
      fc.constantFrom(...EVERY_WAY),
      (texts, options) => {
        const exported = writeTwinFile(withTexts(small, texts), options);
        const known = vocabulary.get(options) ?? "";
        for (const one of texts) {
          const written = [one, JSON.stringify(one).slice(1, -1), one.replaceAll("'", "''")];
          const isNumber = /^[\d.\-+e]*$/i.test(one);
          if (isNumber || written.some((form) => known.includes(form))) continue;
          expect(written.filter((form) => exported.includes(form))).toEqual([]);
        }
      },
    ),
    { numRuns: 60 },
  );
});

const structureOf = (plan: PlanNode): string =>
  planShape(plan).replace(/ (?:on|using) \S+(?: \S+)*$/gm, "");

async function plansOf(
  twin: Twin,
  { statements }: Snapshot,
): Promise<readonly (PlanNode | Error)[]> {
  const requests = statements.map(({ text }) => ({ text, sample: WITHOUT_VALUES }));
  return twin.planMany(requests, { present: [], absent: [] });
}

/** Statements whose plans hang on what no export keeps: characters within texts, and documents. */
const MAY_DIFFER_SHARE = 0.08;

test("a twin of an export plans as that of the database does, also under other names", async () => {
  await withTwin(snapshot, async (twin) => {
    const original = await plansOf(twin, snapshot);
    for (const options of EVERY_WAY.filter(({ values }) => values === "shape")) {
      const exported = readTwinFile(writeTwinFile(snapshot, options));
      await twin.refresh(exported);
      const answers = await plansOf(twin, exported);
      const different = original.flatMap((plan, position) => {
        const other = answers[position];
        if (plan instanceof Error || other === undefined) return [];
        const found = other instanceof Error ? other.message : structureOf(other);
        if (found === structureOf(plan)) return [];
        return [`${exported.statements[position]?.text}\n${structureOf(plan)}\n--- ${found}`];
      });
      const most = original.length * MAY_DIFFER_SHARE;
      expect(different.length, different.join("\n")).toBeLessThanOrEqual(most);
    }
  });
});

test("what is no export is refused", () => {
  expect(() => readTwinFile("{")).toThrow("no JSON");
  expect(() => readTwinFile("[]")).toThrow("no exported twin");
  expect(() => readTwinFile(`{"format":"streamgate-twin","version":9}`)).toThrow("version 9");
  expect(() =>
    readTwinFile(`{"format":"streamgate-twin","version":1,"snapshot":{"server":{}}}`),
  ).toThrow("missing");
});
