import type { Random, WriteCost } from "@streamgate/core";
import { quantileShift, type Round } from "../../proof/bootstrap.ts";
import { type LabSession, sqlStateOf } from "../../proof/session.ts";
import { median } from "../../proof/statistics.ts";
import { finallyRun } from "../../proof/versions.ts";
import { quoteIdentifier } from "../../schema/identifiers.ts";
import { refreshOf } from "../sql/materialised-view.ts";
import { plainColumns } from "./plain-columns.ts";
import type { BuiltSummary } from "./summary-on-lab.ts";

/** What keeping a summary costs; measured. */
export type Upkeep =
  /** Microseconds of an INSERT of one row without and with the triggers. */
  | { readonly kind: "writes"; readonly cost: WriteCost }
  | { readonly kind: "refresh"; readonly refreshMs: number }
  | { readonly kind: "not measured"; readonly because: string };

const ROUNDS = 12;
const ROWS_A_ROUND = 10;
const REFRESHES = 3;
const TIMEOUT_MS = 120_000;
const STAGED = "streamgate_staged_rows";
const VERSIONS = ["before", "after"] as const;

export async function measureUpkeep(
  session: LabSession,
  built: BuiltSummary,
  random: Random,
): Promise<Upkeep> {
  try {
    await session.execute(`set statement_timeout = ${TIMEOUT_MS}`);
    if (built.base === null) return await measureRefresh(session, built);
    await session.execute("begin");
    return await finallyRun(session, "rollback", () =>
      measureWrites(session, built, built.base ?? "", random),
    );
  } catch (error) {
    if (sqlStateOf(error) === undefined) throw error;
    return {
      kind: "not measured",
      because: error instanceof Error ? error.message : String(error),
    };
  }
}

async function measureRefresh(session: LabSession, { summary }: BuiltSummary): Promise<Upkeep> {
  const tookMs: number[] = [];
  for (let time = 0; time < REFRESHES; time += 1) {
    tookMs.push((await session.run(refreshOf(summary), [])).ms);
  }
  return { kind: "refresh", refreshMs: median(tookMs) };
}

/**
 * Rows are taken out of the table and put back one by one, in rounds with the triggers on and off, in random order; all of it in one
 * transaction that is rolled back.
 */
async function measureWrites(
  session: LabSession,
  { triggers }: BuiltSummary,
  base: string,
  random: Random,
): Promise<Upkeep> {
  const { insertable } = await plainColumns(session, base);
  const columns = insertable.map(quoteIdentifier).join(", ");
  const wanted = ROWS_A_ROUND;
  await session.execute(
    `create temporary table ${STAGED} on commit drop as
       with gone as (
         delete from ${base} where ctid in (select ctid from ${base} order by random() limit ${wanted})
         returning ${columns})
       select *, (row_number() over ())::int as streamgate_row from gone;
     create index on ${STAGED} (streamgate_row); analyze ${STAGED}`,
  );
  const [counted] = await session.rows<{ rows: string }>(
    `select count(*)::text as rows from ${STAGED}`,
  );
  const rows = Number(counted?.rows ?? 0);
  if (rows < wanted) return { kind: "not measured", because: `the lab holds ${rows} rows of it` };
  const switched = (how: "enable" | "disable"): string =>
    triggers
      .map((name) => `alter table ${base} ${how} trigger ${quoteIdentifier(name)}`)
      .join("; ");
  const rounds: Round[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const took: Record<(typeof VERSIONS)[number], number[]> = { before: [], after: [] };
    for (const version of random.shuffle(VERSIONS)) {
      await session.execute("savepoint version");
      if (version === "before") await session.execute(switched("disable"));
      await finallyRun(session, "rollback to savepoint version", async () => {
        for (let row = 1; row <= rows; row += 1) {
          const { ms } = await session.run(
            `insert into ${base} (${columns}) overriding system value
               select ${columns} from ${STAGED} where streamgate_row = $1::int`,
            [String(row)],
          );
          took[version].push(ms * 1_000);
        }
      });
    }
    // The first round plans and fills caches for both.
    if (round > 0) rounds.push(took);
  }
  // The cost is after ÷ before, the other way round than a speed-up.
  const turned = rounds.map(({ before, after }) => ({ before: after, after: before }));
  return {
    kind: "writes",
    cost: {
      table: base,
      rows: rounds.length * rows,
      beforeUs: median(rounds.flatMap(({ before }) => before)),
      afterUs: median(rounds.flatMap(({ after }) => after)),
      ratio: quantileShift(turned, 0.5, random),
    },
  };
}
