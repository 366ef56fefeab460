import type { Replacement, ResultComparison } from "@streamgate/core";
import type { RunContext } from "../context.ts";
import type { Round } from "../proof/bootstrap.ts";
import { observe } from "../proof/observe.ts";
import type { ResolvedProofOptions } from "../proof/options.ts";
import { planSchedule } from "../proof/schedule.ts";
import { type LabSession, sqlStateOf } from "../proof/session.ts";
import { planKeysetPage } from "../rewrites/advice/keyset-page.ts";
import { analyse } from "../rewrites/analysis/analyse.ts";
import { readCatalogue } from "../rewrites/catalogue/catalogue.ts";
import { type Trial, timeInTurn } from "../rewrites/timing/time-in-turn.ts";
import { compareAndTime } from "../rewrites/timing/time-rewriting.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { nodeOf } from "../workload/parse-statement.ts";
import type { Statement } from "../workload/workload.ts";
import { planColumnTrials } from "./column-trials.ts";
import { longestLists, planKeysetTrials } from "./keyset-trials.ts";
import { planLoopTrials } from "./loop-trials.ts";
import type { NoTrial, Spared, TrialPlan } from "./trial-plan.ts";

/** What is tried, and with which values. */
export interface WayInput {
  readonly replacement: Replacement;
  readonly statement: Statement;
  readonly samples: readonly (readonly (string | null)[])[];
  readonly snapshot: Snapshot;
}

/** What both ways took and brought. */
export interface Tried {
  readonly rounds: readonly Round[];
  /** Null where the statement as it is did not end in time. */
  readonly results: ResultComparison | null;
  readonly planBefore: string;
  readonly planAfter: string;
  readonly about: string;
  readonly spared?: Spared;
}

/** Must run inside a transaction. */
export async function tryBoth(
  session: LabSession,
  way: WayInput,
  options: ResolvedProofOptions,
  context: RunContext,
): Promise<Tried | NoTrial> {
  try {
    if (way.replacement.kind === "rewriting")
      return await tryRewriting(session, way, options, context);
    const plan = await planTrials(session, way, options.samplesPerStatement);
    return "because" in plan ? plan : await timeTrials(session, plan, options, context);
  } catch (error) {
    if (sqlStateOf(error) === undefined) throw error;
    return { because: error instanceof Error ? error.message : String(error) };
  }
}

async function tryRewriting(
  session: LabSession,
  { statement, replacement, samples }: WayInput,
  options: ResolvedProofOptions,
  context: RunContext,
): Promise<Tried | NoTrial> {
  const { text: original } = statement;
  const input = { original, rewritten: replacement.text, samples, context };
  const timed = await compareAndTime(session, input, options);
  return timed.outcome === "not run" ? timed : { ...timed, about: "" };
}

function planTrials(
  session: LabSession,
  { replacement, statement, samples, snapshot }: WayInput,
  tries: number,
): Promise<TrialPlan | NoTrial> {
  const { kind, text, loop } = replacement;
  switch (kind) {
    case "keyset page":
      return planPages(session, statement, samples, snapshot, tries);
    case "fewer columns":
      return planColumnTrials(session, statement.text, text, samples);
    case "one for all":
      return loop === undefined
        ? Promise.resolve({ because: "nobody told what changes from call to call" })
        : planLoopTrials(session, statement.text, text, loop, samples);
    case "rewriting":
    case "summary":
      return Promise.resolve({ because: `a ${kind} is not compared so` });
  }
}

async function planPages(
  session: LabSession,
  { text }: Statement,
  samples: WayInput["samples"],
  snapshot: Snapshot,
  tries: number,
): Promise<TrialPlan | NoTrial> {
  const node = nodeOf(text);
  const read = node === undefined ? null : analyse(node, readCatalogue(snapshot));
  const page = read?.outcome === "understood" ? planKeysetPage(read.analysis) : null;
  if (page === null) return { because: "its order has no key that a page could begin behind" };
  const longest = await longestLists(session, text, samples, tries);
  return planKeysetTrials(session, text, page, longest);
}

async function timeTrials(
  session: LabSession,
  { trials, results, about, spared }: TrialPlan,
  options: ResolvedProofOptions,
  context: RunContext,
): Promise<Tried> {
  const [first] = trials;
  const [look] = await timeInTurn(session, trials.slice(0, 1), LOOK, context);
  const callMs = [...(look?.before ?? []), ...(look?.after ?? [])].reduce((sum, ms) => sum + ms, 0);
  const rounds = await timeInTurn(session, trials, planSchedule(callMs, options), context);
  return {
    rounds,
    results,
    about,
    ...(spared === undefined ? {} : { spared }),
    planBefore: await planOf(session, first?.before),
    planAfter: await planOf(session, first?.after),
  };
}

const LOOK = { rounds: 1, callsPerRound: 1, warmUp: "plan" } as const;

/** Of the first call. */
async function planOf(session: LabSession, calls: Trial["before"] = []): Promise<string> {
  const [call] = calls;
  if (call === undefined) return "";
  return (await observe(session, call.text, [call.values])).plan;
}
