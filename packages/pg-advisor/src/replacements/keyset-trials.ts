import type { ResultComparison } from "@streamgate/core";
import type { LabSession, TextRow } from "../proof/session.ts";
import { KEY_NAME, type KeysetPage } from "../rewrites/advice/keyset-page.ts";
import type { Trial } from "../rewrites/timing/time-in-turn.ts";
import { allOf, compareRows, projected, rowsOf } from "./named-rows.ts";
import type { NoTrial, TrialPlan } from "./trial-plan.ts";

type Values = readonly (string | null)[];

/** Behind all rows there is no page to compare: then the one in the middle is taken. */
const MIDDLE = 0.5;

/**
 * The longest lists are those that pages are for.
 *
 * @param samples more than are needed
 * @param count how many are tried
 */
export async function longestLists(
  session: LabSession,
  page: KeysetPage,
  samples: readonly Values[],
  count: number,
): Promise<readonly Values[]> {
  const { offset } = page;
  if (offset === null) return samples.slice(0, count);
  const measured: { readonly sample: Values; readonly rows: number }[] = [];
  for (const sample of samples) {
    measured.push({
      sample,
      rows: await lengthOf(askerOf(session, page.reference, sample, offset)),
    });
  }
  return measured
    .sort((one, other) => other.rows - one.rows)
    .slice(0, count)
    .map(({ sample }) => sample);
}

/**
 * Pages behind an offset against the same pages behind the key of the row before. The statement leaves the order of ties open and a keyset page
 * does not, so rows are compared with the statement ordered to the last tie; what is timed is the statement as it is.
 */
export async function planKeysetTrials(
  session: LabSession,
  original: string,
  page: KeysetPage,
  samples: readonly Values[],
): Promise<TrialPlan | NoTrial> {
  const { offset } = page;
  if (offset === null) return { because: "its offset is written into it" };
  const trials: Trial[] = [];
  const results: ResultComparison[] = [];
  const depths: number[] = [];
  for (const sample of samples) {
    const depth = await depthFor(session, page.reference, sample, offset);
    if (depth === null) continue;
    const values = sample.with(offset - 1, String(depth));
    const keys = await keysBefore(session, page, values, depth);
    if (keys === null) return { because: "its sort keys could not be read" };
    const behindKey = page.parameters.map((from) =>
      "own" in from ? (values[from.own - 1] ?? null) : (keys[from.key] ?? null),
    );
    const after = await rowsOf(session, [{ text: page.text, values: behindKey }]);
    const expected = projected(
      await rowsOf(session, [{ text: page.reference, values }]),
      after.columns,
    );
    if (expected === null) return { because: "two of its columns have one name" };
    results.push(compareRows(expected, after.rows, true));
    depths.push(depth);
    trials.push({
      before: [{ text: original, values }],
      after: [{ text: page.text, values: behindKey }],
    });
  }
  if (trials.length === 0) return { because: "no list on the lab is longer than a page" };
  const [least, most] = [Math.min(...depths), Math.max(...depths)];
  return {
    trials,
    results: allOf(results),
    about: `Pages behind ${least === most ? least : `${least} to ${most}`} rows, compared in the order that tells ties apart.`,
  };
}

/** How far to go: as the sample does, but not behind the end. Null where everything fits on the first page. */
async function depthFor(
  session: LabSession,
  reference: string,
  sample: Values,
  offset: number,
): Promise<number | null> {
  const asked = Number(sample[offset - 1] ?? 0);
  const there = askerOf(session, reference, sample, offset);
  if (asked > 0 && (await there(asked)) !== undefined) return asked;
  const whole = await lengthOf(there);
  const middle = Math.floor(whole * MIDDLE);
  return middle > 0 && (await there(middle)) !== undefined ? middle : null;
}

type Asker = (depth: number) => Promise<TextRow | undefined>;

/** Asks for the first row behind so many. */
function askerOf(session: LabSession, reference: string, sample: Values, offset: number): Asker {
  return async (depth) => {
    const values = sample.with(offset - 1, String(depth));
    return (await rowsOf(session, [{ text: reference, values }])).rows[0];
  };
}

/** How many rows there are at least, by doubling the offset. */
async function lengthOf(there: Asker): Promise<number> {
  let reached = 0;
  for (let depth = 1; depth < DEEPEST; depth *= 2) {
    if ((await there(depth)) === undefined) break;
    reached = depth;
  }
  return reached * 2;
}

const DEEPEST = 2 ** 24;

/** The sort keys of the last row of the page before. */
async function keysBefore(
  session: LabSession,
  { reference, offset, keys }: KeysetPage,
  values: Values,
  depth: number,
): Promise<Values | null> {
  if (offset === null) return null;
  const at = values.with(offset - 1, String(depth - 1));
  const { columns, rows } = await rowsOf(session, [{ text: reference, values: at }]);
  const names = Array.from({ length: keys }, (_, index) => `${KEY_NAME}${index + 1}`);
  return projected({ columns, rows: rows.slice(0, 1) }, names)?.[0] ?? null;
}
