import { buildDigest, type ResultDigest } from "./result-digest.ts";
import { type LabSession, sqlStateOf } from "./session.ts";
import { finallyRun } from "./versions.ts";

/** What running a statement with all its samples in one version showed. */
export interface Observation {
  /** One for each sample until the first that ran into the time-out, which is null. */
  readonly digests: readonly (ResultDigest | null)[];
  /** EXPLAIN (ANALYZE, BUFFERS) of the first sample. */
  readonly plan: string;
  /** Plans of all samples, not run. */
  readonly plans: readonly string[];
  readonly slowestMs: number;
  readonly timedOut: boolean;
}

const CANCELLED = "57014";

/** Must run inside a transaction; what the statement writes is rolled back. */
export async function observe(
  session: LabSession,
  text: string,
  samples: readonly (readonly (string | null)[])[],
): Promise<Observation> {
  const digests: (ResultDigest | null)[] = [];
  const plans: string[] = [];
  let slowestMs = 0;
  for (const values of samples) {
    plans.push(await explain(session, "explain", text, values));
    const startedAt = process.hrtime.bigint();
    const digest = await digestOf(session, text, values);
    slowestMs = Math.max(slowestMs, Number(process.hrtime.bigint() - startedAt) / 1e6);
    digests.push(digest);
    if (digest === null) break;
  }
  const timedOut = digests.includes(null);
  const [typical = []] = samples;
  const plan = timedOut
    ? (plans[0] ?? "")
    : await explain(session, "explain (analyze, buffers, timing off)", text, typical);
  return { digests, plan, plans, slowestMs, timedOut };
}

/** Null where the statement ran into the time-out. */
async function digestOf(
  session: LabSession,
  text: string,
  values: readonly (string | null)[],
): Promise<ResultDigest | null> {
  const builder = buildDigest();
  await session.execute("savepoint call");
  try {
    const { columnTypes, rows } = await session.run(text, values, (row) => builder.add(row));
    if (columnTypes.length === 0) builder.add([String(rows)]);
    return builder.finish(columnTypes);
  } catch (error) {
    if (sqlStateOf(error) !== CANCELLED) throw error;
    return null;
  } finally {
    await session.execute("rollback to savepoint call").catch(() => undefined);
  }
}

async function explain(
  session: LabSession,
  how: string,
  text: string,
  values: readonly (string | null)[],
): Promise<string> {
  const lines: string[] = [];
  await session.execute("savepoint call");
  await finallyRun(session, "rollback to savepoint call", () =>
    session.run(`${how} ${text}`, values, ([line]) => lines.push(line ?? "")),
  );
  return lines.join("\n");
}
