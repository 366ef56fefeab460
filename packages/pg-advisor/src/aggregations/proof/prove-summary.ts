import {
  type Finding,
  formatDuration,
  type Proof,
  type ProofVerdict,
  type StatementProof,
  seededRandom,
} from "@streamgate/core";
import { quantileRatio } from "../../proof/bootstrap.ts";
import { besideNote, companyOf, fixOf } from "../../proof/company.ts";
import { drawSamples } from "../../proof/draw-samples.ts";
import { fixNotProvable, nothingToProve } from "../../proof/errors.ts";
import { onLab } from "../../proof/on-lab.ts";
import { type ProofOptions, resolveProofOptions } from "../../proof/options.ts";
import type { ProveFindingInput } from "../../proof/prove-finding.ts";
import { standFix } from "../../proof/standing-fix.ts";
import { median } from "../../proof/statistics.ts";
import { planToggle } from "../../proof/toggle.ts";
import { readCatalogue } from "../../rewrites/catalogue/catalogue.ts";
import { type TimedProof, timeRewriting } from "../../rewrites/timing/time-rewriting.ts";
import type { Snapshot } from "../../snapshot/snapshot.ts";
import type { Statement } from "../../workload/workload.ts";
import type { TimeRange } from "../reading/aggregation.ts";
import { readAggregation } from "../reading/read-aggregation.ts";
import type { TimeUnit } from "../time/time-unit.ts";
import { measureUpkeep, type Upkeep } from "./measure-upkeep.ts";
import { stirAndCompare } from "./stir-and-compare.ts";
import { readBuilt } from "./summary-on-lab.ts";
import { withWholeStretches } from "./whole-stretches.ts";

/** A gain below this is not worth keeping a summary for. */
const LEAST_SPEEDUP = 1.2;
/** Enough to compare, and to tell about how long it takes. */
const BRIEFLY: ProofOptions = { rounds: 4, callsPerRound: 1 };

/**
 * Builds a finding's summary on the lab, compares what its replacement brings with what the statement brings for every sample, times both
 * in turn, and measures what keeping it costs: a written row with and without the triggers, or a refresh. A summary that triggers keep is
 * also compared with its table after random writes. The lab is left as it was.
 *
 * @throws StreamGateError as `proveFinding`; the signal's reason when it is aborted
 * @example
 * ```ts
 * import { type ProveFindingInput, proveSummary } from "@streamgate/pg-advisor";
 * const verdictOf = async (input: ProveFindingInput) => (await proveSummary(input)).verdict;
 * ```
 */
export async function proveSummary(input: ProveFindingInput): Promise<Proof> {
  const { finding, workload, snapshot, lab, context, beside = [] } = input;
  const options = resolveProofOptions(input.options);
  const seed = options.seed ?? context.random.integer(2 ** 32);
  const random = seededRandom(seed);
  const startedAt = context.clock.now().toISOString();
  const startedMs = context.clock.monotonicMs();
  const fix = fixOf(finding);
  const rewritten = readingTextOf(finding);
  const statement = statementOf(finding, workload.statements);
  const company = companyOf(beside);
  const toggle = planToggle(fix);
  const measured = await onLab(lab, options.keepsFix, context, async (session, takeBack) => {
    const count = options.samplesPerStatement;
    const samples = await drawSamples(session, statement, snapshot, random, count);
    await standFix(session, company, takeBack, context);
    const buildMs = await standFix(session, toggle, takeBack, context);
    const built = await readBuilt(session, fix);
    const pair = {
      lab: lab.connectionString,
      original: statement.text,
      rewritten,
      context: { ...context, random },
    };
    const { range, taken } = whatIsKnown(statement, snapshot);
    const whole = await withWholeStretches(session, samples, range, statement);
    const asDrawn = await timeRewriting({ ...pair, samples }, whole === null ? options : BRIEFLY);
    const timed =
      whole === null || isDifferent(asDrawn)
        ? asDrawn
        : await timeRewriting({ ...pair, samples: whole }, options);
    const ends = whole === null || range === null ? null : { unit: range.key.unit, asDrawn };
    const upkeep = await measureUpkeep(session, built, random);
    const stirred = built.form === "trigger" ? await stirAndCompare(session, built, random) : null;
    return { buildMs, built, timed, upkeep, stirred, ends, taken };
  });
  const { buildMs, built, timed, upkeep, stirred, ends, taken } = measured;
  if (timed.outcome === "not run") throw nothingToProve(timed.because);
  const { verdict, because } = judge(timed, stirred);
  return {
    verdict,
    explanation: [
      ...besideNote(beside),
      because,
      ...(ends === null ? [] : [sayEnds(ends.unit, ends.asDrawn)]),
      ...(taken === "" ? [] : [`It was run with ${taken}, which the counters do not tell.`]),
      ...(stirred === null || stirred.difference !== null
        ? []
        : [`After ${stirred.writes} random writes the summary was still equal to its table.`]),
      sayUpkeep(upkeep),
    ].join(" "),
    lab: lab.description,
    ...(beside.length === 0 ? {} : { beside: beside.map(({ id }) => id) }),
    statements: [
      proofOf(statement, rewritten, timed, (before, after) =>
        quantileRatio(before, after, 0.95, random),
      ),
    ],
    predictedSizeBytes: fix.expectedSizeBytes,
    realSizeBytes: built.sizeBytes,
    buildMs,
    ...(upkeep.kind === "writes" ? { writeCost: upkeep.cost } : {}),
    startedAt,
    durationMs: context.clock.monotonicMs() - startedMs,
    seed,
  };
}

function readingTextOf({ replacement, summary }: Finding): string {
  if (replacement?.kind === "summary") return replacement.text;
  throw fixNotProvable(summary, "no statement is told that would read the summary");
}

function statementOf({ statements }: Finding, known: readonly Statement[]): Statement {
  const wanted = statements[0]?.fingerprint;
  const statement = known.find(({ fingerprint }) => fingerprint === wanted);
  if (statement === undefined)
    throw nothingToProve("the workload no longer has the statement of the finding");
  return statement;
}

type Timed = Extract<TimedProof, { readonly outcome: "timed" }>;

function judge(
  timed: Timed,
  stirred: { readonly difference: string | null } | null,
): { readonly verdict: ProofVerdict; readonly because: string } {
  if (timed.results?.kind === "different")
    return {
      verdict: "harmful",
      because: `The summary gives other results: ${timed.results.explanation}.`,
    };
  if (stirred !== null && stirred.difference !== null)
    return {
      verdict: "harmful",
      because: `After random writes the summary differs from its table: ${stirred.difference}.`,
    };
  const { point, low, high } = timed.speedup;
  const figures = `${formatDuration(median(timed.beforeMs))} → ${formatDuration(median(timed.afterMs))} at the median, ${timed.isAtLeast ? "more than " : ""}${short(point)}× (95 % interval ${short(low)}–${short(high)})`;
  if (timed.results === null)
    return {
      verdict: "not proven",
      because: `The statement did not end in time, so that its results could not be compared: ${figures}.`,
    };
  return low > LEAST_SPEEDUP
    ? { verdict: "proven", because: `With the same results it is faster to read: ${figures}.` }
    : { verdict: "not proven", because: `The gain is too small or too unsure: ${figures}.` };
}

function isDifferent(timed: TimedProof): boolean {
  return timed.outcome !== "timed" || timed.results?.kind === "different";
}

/** The range that a statement asks for, and the constants that were taken for the usual ones. */
function whatIsKnown(
  statement: Statement,
  snapshot: Snapshot,
): { readonly range: TimeRange | null; readonly taken: string } {
  const read = readAggregation(statement, readCatalogue(snapshot));
  if (read.outcome !== "understood") return { range: null, taken: "" };
  const { range, assumptions } = read.aggregation;
  const taken = assumptions
    .filter(({ isGiven }) => !isGiven)
    .map(({ parameter, value }) => `$${parameter} = '${value}'`);
  return { range, taken: taken.join(" and ") };
}

/** What ranges cost that begin and end anywhere: their ends are counted from the table. */
function sayEnds(unit: TimeUnit, asDrawn: TimedProof): string {
  if (asDrawn.outcome === "not run") return "";
  const { beforeMs, afterMs } = asDrawn;
  return `That is for ranges of whole stretches (${unit}, UTC); for others, with the same results, ${formatDuration(median(beforeMs))} → ${formatDuration(median(afterMs))}, since the rows at their ends are counted from the table.`;
}

function sayUpkeep(upkeep: Upkeep): string {
  switch (upkeep.kind) {
    case "writes": {
      const { beforeUs, afterUs } = upkeep.cost;
      return `An INSERT of one row takes ${formatDuration(beforeUs / 1_000)} without the triggers and ${formatDuration(afterUs / 1_000)} with them.`;
    }
    case "refresh":
      return `A refresh takes ${formatDuration(upkeep.refreshMs)}; until the next one answers are as old as the last.`;
    case "not measured":
      return `What keeping it costs was not measured: ${upkeep.because}.`;
  }
}

function proofOf(
  { fingerprint, text }: Statement,
  replacedBy: string,
  timed: Timed,
  p95: (before: readonly number[], after: readonly number[]) => StatementProof["speedupOfP95"],
): StatementProof {
  return {
    fingerprint,
    text,
    role: "affected",
    beforeMs: timed.beforeMs,
    afterMs: timed.afterMs,
    speedupOfMedian: timed.speedup,
    speedupOfP95: p95(timed.beforeMs, timed.afterMs),
    results: timed.results ?? { kind: "different", explanation: "not compared" },
    planBefore: timed.planBefore,
    planAfter: timed.planAfter,
    usesFix: true,
    replacedBy,
  };
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
