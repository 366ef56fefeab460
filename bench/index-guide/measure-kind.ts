import type { TestPostgres } from "../../test/support/postgres.ts";
import type { BenchRow } from "../contract.ts";
import type { Kind, TriedIndex } from "./kinds.ts";
import { median, rowOf } from "./rows.ts";

/** One index for one statement. */
export interface Trial {
  readonly subject: string;
  /** Pages that the statement read, of those that it reads without any index. */
  readonly pagesShare: number;
  readonly serves: boolean | null;
  readonly rows: readonly BenchRow[];
}

const RUNS = 7;

interface Plan {
  readonly "Shared Hit Blocks": number;
  readonly "Shared Read Blocks": number;
}

interface Run {
  readonly ms: number;
  readonly pages: number;
}

/** The statement without an index of its own, then with each of them. */
export async function measureKind(postgres: TestPostgres, kind: Kind): Promise<readonly Trial[]> {
  const bare = await runs(postgres, kind.statement);
  const none = `${kind.title}: no index`;
  const trials: Trial[] = [
    { subject: none, pagesShare: 1, serves: null, rows: timesOf(none, bare, bare) },
  ];
  for (const index of kind.indexes) trials.push(await tryIndex(postgres, kind, index, bare));
  return trials;
}

async function tryIndex(
  postgres: TestPostgres,
  kind: Kind,
  index: TriedIndex,
  bare: readonly Run[],
): Promise<Trial> {
  const { sql, serves, before } = index;
  const subject = `${kind.title}: ${sql.replace("create index on orders ", "")}${before === undefined ? "" : ", after updates"}`;
  const named = sql.replace("create index on", "create index tried on");
  const startedMs = performance.now();
  await postgres.query(named);
  const builtMs = performance.now() - startedMs;
  await postgres.query("analyze orders");
  // GIN keeps new entries aside until VACUUM: a build does not.
  const [size] = await postgres.query<{ readonly mb: number }>(
    "select pg_relation_size('tried') / 1e6::float8 as mb",
  );
  if (before !== undefined) await postgres.query(before);
  const found = await runs(postgres, kind.statement);
  await postgres.query("drop index tried");
  if (before !== undefined) await postgres.query("vacuum analyze orders");
  return {
    subject,
    serves,
    pagesShare: medianOf(found, "pages") / medianOf(bare, "pages"),
    rows: [
      ...timesOf(subject, found, bare),
      rowOf(subject, "size", "MB", [size?.mb ?? 0], [size?.mb ?? 0]),
      rowOf(subject, "build", "ms", [builtMs], [builtMs]),
    ],
  };
}

async function runs(postgres: TestPostgres, statement: string): Promise<readonly Run[]> {
  const found: Run[] = [];
  // The first run brings pages into memory.
  for (let run = 0; run <= RUNS; run += 1) {
    const [row] = await postgres.query<{ readonly "QUERY PLAN": readonly [Explained] }>(
      `explain (analyze, buffers, format json) ${statement}`,
    );
    const explained = row?.["QUERY PLAN"][0];
    if (explained === undefined) throw new Error("EXPLAIN said nothing");
    const { Plan: plan } = explained;
    if (run > 0)
      found.push({
        ms: explained["Execution Time"],
        pages: plan["Shared Hit Blocks"] + plan["Shared Read Blocks"],
      });
  }
  return found;
}

interface Explained {
  readonly Plan: Plan;
  readonly "Execution Time": number;
}

function timesOf(subject: string, found: readonly Run[], bare: readonly Run[]): BenchRow[] {
  return (["ms", "pages"] as const).map((what) =>
    rowOf(
      subject,
      what === "ms" ? "time" : "pages read",
      what,
      found.map((run) => run[what]),
      bare.map((run) => run[what]),
    ),
  );
}

function medianOf(found: readonly Run[], what: keyof Run): number {
  return median(found.map((run) => run[what]));
}
