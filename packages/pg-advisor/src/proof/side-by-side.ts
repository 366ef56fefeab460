import type { ResultComparison } from "@streamgate/core";
import { compareResults } from "./compare-results.ts";
import type { ConcernedStatement } from "./concerned-statements.ts";
import { type Observation, observe } from "./observe.ts";
import type { ResultDigest } from "./result-digest.ts";
import { type LabSession, sqlStateOf } from "./session.ts";
import type { FixOnLab } from "./standing-fix.ts";
import type { StatementShape } from "./statement-shape.ts";
import type { Version } from "./toggle.ts";
import { doesUseFix } from "./uses-fix.ts";
import { finallyRun, type Versions } from "./versions.ts";

/** A statement with the parameters that it is run with. */
export interface PreparedStatement extends ConcernedStatement {
  readonly shape: StatementShape;
  /** At least one; the first is the one whose plan is shown. */
  readonly samples: readonly (readonly (string | null)[])[];
}

/** What one look at both versions of a statement brought. */
export interface SideBySide {
  readonly results: ResultComparison;
  /** False where the statement brings other rows each time by its own nature. */
  readonly isComparable: boolean;
  readonly planBefore: string;
  readonly planAfter: string;
  readonly usesFix: boolean;
  /** Slowest sample of the version, in ms. */
  readonly firstMs: Readonly<Record<Version, number>>;
  readonly timedOut: Readonly<Record<Version, boolean>>;
}

/** Why a statement could not be run on the lab. */
export interface NotRun {
  readonly problem: string;
}

/** A statement without its LIMIT is compared only while it brings this many rows at the most. */
const MOST_UNLIMITED_ROWS = 200_000;

/**
 * Runs every sample of a statement in both versions inside one transaction, so that both see the
 * same rows and the same `now()`, compares the results and takes the plans.
 */
export async function runSideBySide(
  session: LabSession,
  versions: Versions,
  fix: FixOnLab,
  prepared: PreparedStatement,
): Promise<SideBySide | NotRun> {
  const { text } = prepared.statement;
  await session.execute("begin isolation level repeatable read");
  return finallyRun(session, "rollback", async () => {
    const look = (version: Version, sql: string, samples = prepared.samples) =>
      versions.within(version, () => observe(session, sql, samples));
    try {
      const after = await look("after", text);
      const before = await look("before", text);
      const compared = await compareAll(prepared, before, after, look);
      return {
        ...compared,
        planBefore: before.plan,
        planAfter: after.plan,
        usesFix: doesUseFix(fix, before, after),
        firstMs: { before: before.slowestMs, after: after.slowestMs },
        timedOut: { before: before.timedOut, after: after.timedOut },
      };
    } catch (error) {
      if (sqlStateOf(error) === undefined) throw error;
      return { problem: error instanceof Error ? error.message : String(error) };
    }
  });
}

type Look = (
  version: Version,
  sql: string,
  samples?: PreparedStatement["samples"],
) => Promise<Observation>;

async function compareAll(
  prepared: PreparedStatement,
  before: Observation,
  after: Observation,
  look: Look,
): Promise<Pick<SideBySide, "results" | "isComparable">> {
  const { shape } = prepared;
  let rows = 0;
  let hasTies = false;
  for (const [index, values] of prepared.samples.entries()) {
    const left = before.digests[index];
    const right = after.digests[index];
    if (!left || !right) break;
    let results = compareResults(left, right, shape);
    if (results.kind === "different") {
      const again = (await look("after", prepared.statement.text, [values])).digests[0];
      const isRepeatable = again?.inAnyOrder === right.inAnyOrder;
      if (!isRepeatable) return notComparable("it brings other rows each time that it runs");
      results = await compareUnlimited(prepared, values, results, look);
    }
    if (results.kind === "different" && shape.openChoice !== null) {
      return notComparable(`${shape.openChoice} leaves the choice of rows open`);
    }
    if (results.kind === "different") return { results, isComparable: true };
    rows += results.rows;
    hasTies ||= results.kind === "identical but for ties";
  }
  const timedOut = before.timedOut || after.timedOut;
  if (timedOut && rows === 0) return notComparable("it did not end before the time-out");
  return {
    results: { kind: hasTies ? "identical but for ties" : "identical", rows },
    isComparable: true,
  };
}

/** Which of several tied rows a LIMIT lets through is open, so all rows are compared without it. */
async function compareUnlimited(
  prepared: PreparedStatement,
  values: readonly (string | null)[],
  different: ResultComparison & { readonly kind: "different" },
  look: Look,
): Promise<ResultComparison> {
  const { withoutLimit } = prepared.shape;
  if (withoutLimit === null) return different;
  const mention = withParametersMentioned(withoutLimit, values.length);
  const bounded = `select * from (${mention}) as unlimited limit ${MOST_UNLIMITED_ROWS + 1}`;
  const [before] = (await look("before", bounded, [values])).digests;
  const [after] = (await look("after", bounded, [values])).digests;
  const isWhole = (digest: ResultDigest | null | undefined): digest is ResultDigest =>
    !!digest && digest.rows <= MOST_UNLIMITED_ROWS;
  if (!isWhole(before) || !isWhole(after)) {
    const explanation = `${different.explanation}; too many rows to compare without the LIMIT`;
    return { kind: "different", explanation };
  }
  const results = compareResults(before, after, { ...prepared.shape, isOrdered: false });
  return results.kind === "different"
    ? results
    : { kind: "identical but for ties", rows: results.rows };
}

/** The parameters of a LIMIT that is gone must still be bound to something. */
function withParametersMentioned(text: string, count: number): string {
  const missing = Array.from({ length: count }, (_, index) => `$${index + 1}`).filter(
    (parameter) => !new RegExp(`\\${parameter}(?!\\d)`).test(text),
  );
  if (missing.length === 0) return text;
  const unused = missing.map((parameter) => `${parameter}::text`).join(", ");
  return `select inner_rows.* from (${text}) as inner_rows, (select ${unused}) as unused`;
}

function notComparable(explanation: string): Pick<SideBySide, "results" | "isComparable"> {
  return { results: { kind: "different", explanation }, isComparable: false };
}
