import type { Random } from "@streamgate/core";
import { type LabSession, sqlStateOf } from "../../proof/session.ts";
import { finallyRun } from "../../proof/versions.ts";
import { quoteIdentifier } from "../../schema/identifiers.ts";
import { ROW_COUNT } from "../reading/aggregation.ts";
import { SLOT } from "../summary.ts";
import { type PlainColumns, plainColumns } from "./plain-columns.ts";
import type { BuiltSummary } from "./summary-on-lab.ts";

/** What random writes showed. */
export interface Stirred {
  /** Statements that wrote. */
  readonly writes: number;
  /** Null where the summary stayed equal to its table. */
  readonly difference: string | null;
}

const WRITES = 40;
const MOST_ROWS_A_WRITE = 8;
/** By a constraint, or by a trigger of the table's own. */
const REFUSED = /^(?:23|P0001$)/;

/**
 * Writes at random and compares the summary with what its definition counts; rolled back. Updates give a row the values of another, so that
 * it moves between groups; what a constraint refuses is passed over.
 */
export async function stirAndCompare(
  session: LabSession,
  built: BuiltSummary,
  random: Random,
): Promise<Stirred> {
  const base = built.base ?? "";
  const columns = await plainColumns(session, base);
  await session.execute("begin");
  return finallyRun(session, "rollback", async () => {
    // Which rows are written is the server's own choice.
    await session.execute(`select setseed(${random.next().toFixed(6)})`);
    let writes = 0;
    for (let attempt = 0; attempt < WRITES; attempt += 1) {
      const sql = drawWrite(base, columns, random);
      await session.execute("savepoint write");
      try {
        await session.execute(sql);
        writes += 1;
      } catch (error) {
        if (!REFUSED.test(sqlStateOf(error) ?? "")) throw error;
        await session.execute("rollback to savepoint write");
      }
    }
    return { writes, difference: await differenceOf(session, built) };
  });
}

function drawWrite(base: string, columns: PlainColumns, random: Random): string {
  const rows = 1 + random.integer(MOST_ROWS_A_WRITE);
  const some = `(select ctid from ${base} order by random() limit ${rows})`;
  const list = columns.insertable.map(quoteIdentifier).join(", ");
  switch (random.integer(4)) {
    case 0:
      return `delete from ${base} where ctid in ${some}`;
    case 1:
      // The same rows go and come again: what they brought is taken off and added.
      return `with gone as (delete from ${base} where ctid in ${some} returning ${list})
        insert into ${base} (${list}) overriding system value select ${list} from gone`;
    default: {
      const { updatable } = columns;
      const drawn = updatable.filter(() => random.next() < 0.5);
      const set = (drawn.length === 0 ? updatable.slice(-1) : drawn)
        .map(quoteIdentifier)
        .map((column) => `${column} = other.${column}`);
      return `update ${base} as one set ${set.join(", ")}
        from (select * from ${base} order by random() limit 1) as other
        where one.ctid in ${some}`;
    }
  }
}

/** Groups that the summary has and its definition has not, or otherwise; of several slots the sum. */
async function differenceOf(
  session: LabSession,
  { summary, definition }: BuiltSummary,
): Promise<string | null> {
  const { insertable: all } = await plainColumns(session, summary);
  const measures = all.slice(all.indexOf(ROW_COUNT)).filter((name) => name !== SLOT);
  const keys = all.slice(0, all.indexOf(ROW_COUNT));
  const list = [...keys, ...measures].map(quoteIdentifier).join(", ");
  const summed = [
    ...keys.map(quoteIdentifier),
    ...measures.map((name) => `sum(${quoteIdentifier(name)}) as ${quoteIdentifier(name)}`),
  ].join(", ");
  const groups = keys.length === 0 ? "" : ` group by ${keys.map(quoteIdentifier).join(", ")}`;
  const side = (from: string): string =>
    `(select ${summed} from ${from}${groups} having sum(${ROW_COUNT}) <> 0)`;
  const [kept, counted] = [side(summary), side(`(${definition}) as counted`)];
  const rows = await session.rows<{ difference: string }>(
    `select difference::text from (
       (select 'only kept' as side, ${list} from (${kept} except all ${counted}) as more)
       union all
       (select 'only counted' as side, ${list} from (${counted} except all ${kept}) as fewer)
     ) as difference limit 1`,
  );
  return rows[0]?.difference ?? null;
}
