import type { ResultComparison } from "@streamgate/core";
import { listRows } from "../plans/list-rows.ts";
import { parsePlan } from "../plans/parse-plan.ts";
import type { LabSession } from "../proof/session.ts";
import { KEY_NAME, type KeysetPage } from "../rewrites/advice/keyset-page.ts";
import type { Call, Trial } from "../rewrites/timing/time-in-turn.ts";
import { allOf, compareRows, projected, rowsOf, TOO_MUCH } from "./named-rows.ts";
import type { NoTrial, TrialPlan } from "./trial-plan.ts";

type Values = readonly (string | null)[];

const MIDDLE = 0.5;

/**
 * The longest lists, as the planner expects them, are those that pages are for.
 *
 * @param samples more than are needed
 * @param count how many are tried
 */
export async function longestLists(
  session: LabSession,
  original: string,
  samples: readonly Values[],
  count: number,
): Promise<readonly Values[]> {
  const expected: { readonly sample: Values; readonly rows: number }[] = [];
  for (const sample of samples) {
    const [row] = await session.rows<{ "QUERY PLAN": string }>(
      `explain (format json) ${original}`,
      sample,
    );
    expected.push({ sample, rows: listRows(parsePlan(JSON.parse(row?.["QUERY PLAN"] ?? "[]"))) });
  }
  return expected
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
  const spared = { what: "pages of memory or disk are read", before: 0, after: 0 };
  for (const sample of samples.filter(({ length }) => length >= offset)) {
    const depth = await depthFor(session, page.reference, sample, offset);
    if (depth === null) continue;
    const values = sample.with(offset - 1, String(depth));
    const keys = await keysBefore(session, page, values, depth);
    if (keys === null) return { because: "its sort keys could not be read" };
    const behindKey = page.parameters.map((from) =>
      "own" in from ? (values[from.own - 1] ?? null) : (keys[from.key] ?? null),
    );
    const after = await rowsOf(session, [{ text: page.text, values: behindKey }]);
    const reference = await rowsOf(session, [{ text: page.reference, values }]);
    if (after.isCut || reference.isCut) return TOO_MUCH;
    const expected = projected(reference, after.columns);
    if (expected === null) return { because: "two of its columns have one name" };
    results.push(compareRows(expected, after.rows, true));
    depths.push(depth);
    const before = { text: original, values };
    const behind = { text: page.text, values: behindKey };
    spared.before += await pagesRead(session, before);
    spared.after += await pagesRead(session, behind);
    trials.push({ before: [before], after: [behind] });
  }
  if (trials.length === 0) return { because: "no list on the lab is longer than a page" };
  const [least, most] = [Math.min(...depths), Math.max(...depths)];
  return {
    trials,
    results: allOf(results),
    about: `Pages behind ${least === most ? least : `${least} to ${most}`} rows, compared in the order that tells ties apart; the deeper a page, the more a key spares.`,
    spared,
  };
}

/** What a call touches of the buffer cache, found there or not. */
async function pagesRead(session: LabSession, { text, values }: Call): Promise<number> {
  const [row] = await session.rows<{ "QUERY PLAN": string }>(
    `explain (analyze, buffers, timing off, format json) ${text}`,
    values,
  );
  const [explained] = JSON.parse(row?.["QUERY PLAN"] ?? "[]") as readonly {
    readonly Plan: Readonly<Record<string, unknown>>;
  }[];
  const blocks = [explained?.Plan["Shared Hit Blocks"], explained?.Plan["Shared Read Blocks"]];
  return blocks.reduce<number>((sum, count) => sum + (typeof count === "number" ? count : 0), 0);
}

/** How far to go: to the middle of the list, or further where the sample does. Null where everything fits on the first page. */
async function depthFor(
  session: LabSession,
  reference: string,
  sample: Values,
  offset: number,
): Promise<number | null> {
  const asked = Number(sample[offset - 1] ?? 0);
  const there = askerOf(session, reference, sample, offset);
  const middle = Math.floor((await lengthOf(there)) * MIDDLE);
  if (asked > middle && (await there(asked)).isThere) return asked;
  return middle > 0 ? middle : null;
}

type Asker = (depth: number) => Promise<{ readonly isThere: boolean; readonly ms: number }>;

/** Asks for the first row behind so many. */
function askerOf(session: LabSession, reference: string, sample: Values, offset: number): Asker {
  return async (depth) => {
    const values = sample.with(offset - 1, String(depth));
    const { rows, ms } = await session.run(reference, values);
    return { isThere: rows > 0, ms };
  };
}

/**
 * How many rows there are behind the first, to within a tenth: by doubling the offset, and halving what is left between. Where asking takes
 * long it is deep enough.
 */
async function lengthOf(there: Asker): Promise<number> {
  let reached = 0;
  let missed = 1;
  while (missed < DEEPEST) {
    const { isThere, ms } = await there(missed);
    if (!isThere) break;
    reached = missed;
    if (ms > LONG_MS) return reached;
    missed *= 2;
  }
  while (missed - reached > Math.max(1, reached / 10)) {
    const between = Math.floor((reached + missed) / 2);
    if ((await there(between)).isThere) reached = between;
    else missed = between;
  }
  return reached;
}

const LONG_MS = 500;
const DEEPEST = 2 ** 20;

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
