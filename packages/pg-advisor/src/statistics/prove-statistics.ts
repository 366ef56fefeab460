import { type Proof, seededRandom } from "@streamgate/core";
import { diffPlans } from "../plans/diff/diff-plans.ts";
import { readPlans } from "../plans/read/read-plans.ts";
import type { ExplainedNode } from "../plans/tree/explained-node.ts";
import type { ExplainedPlan } from "../plans/tree/explained-plan.ts";
import { fixOf } from "../proof/company.ts";
import { drawSamples } from "../proof/draw-samples.ts";
import { nothingToProve } from "../proof/errors.ts";
import { onLab } from "../proof/on-lab.ts";
import { resolveProofOptions } from "../proof/options.ts";
import { type ProveFindingInput, proveFinding } from "../proof/prove-finding.ts";
import { type LabSession, sqlStateOf } from "../proof/session.ts";
import { standFix } from "../proof/standing-fix.ts";
import { median } from "../proof/statistics.ts";
import { planToggle } from "../proof/toggle.ts";
import { finallyRun } from "../proof/versions.ts";

/** What statistics changed for one call on real rows. */
export interface EstimateTrial {
  /** Estimated, without the statistics and with them. */
  readonly rowsBefore: number;
  readonly rowsAfter: number;
  /** Measured: the statement ran. */
  readonly realRows: number;
  /** What is done otherwise, as sentences; empty where the plan stays as it is. */
  readonly planChanges: readonly string[];
}

/**
 * Tries statistics on a lab: they are built on its real rows, the plan is asked again for parameters that real rows have, and the statement
 * runs to count what really comes. The lab is left as it was.
 *
 * @returns one trial a sample that ended in time; none where the lab cannot run the statement
 * @throws StreamGateError as `proveFinding`
 */
export async function tryStatistics(input: ProveFindingInput): Promise<readonly EstimateTrial[]> {
  const { finding, workload, snapshot, lab, context } = input;
  const options = resolveProofOptions(input.options);
  const random = seededRandom(options.seed ?? context.random.integer(2 ** 32));
  const statement = workload.statements.find(
    ({ fingerprint }) => fingerprint === finding.statements[0]?.fingerprint,
  );
  if (statement === undefined)
    throw nothingToProve("the workload no longer has the statement of the finding");
  const toggle = planToggle(fixOf(finding));
  return onLab(lab, options.keepsFix, context, async (session, takeBack) => {
    const count = options.samplesPerStatement;
    const samples = await drawSamples(session, statement, snapshot, random, count);
    await session.execute(`set statement_timeout = ${options.statementTimeoutMs}`);
    const before: (ExplainedPlan | null)[] = [];
    for (const values of samples)
      before.push(await explain(session, statement.text, values, false));
    await standFix(session, toggle, takeBack, context);
    await session.execute(`set statement_timeout = ${options.statementTimeoutMs}`);
    const trials: EstimateTrial[] = [];
    for (const [index, values] of samples.entries()) {
      const without = before[index] ?? null;
      const planned = await explain(session, statement.text, values, false);
      const run = await explain(session, statement.text, values, true);
      const trial = trialOf(without, planned, run);
      if (trial !== null) trials.push(trial);
    }
    return trials;
  });
}

/**
 * Proves statistics like every fix, with and without them in turn, and says before it what the planner expects without them, with them, and
 * what really comes.
 *
 * @throws StreamGateError as `proveFinding`
 * @example
 * ```ts
 * import { type ProveFindingInput, proveStatistics } from "@streamgate/pg-advisor";
 * const told = async (input: ProveFindingInput) => (await proveStatistics(input)).explanation;
 * ```
 */
export async function proveStatistics(input: ProveFindingInput): Promise<Proof> {
  const trials = await tryStatistics(input);
  const proof = await proveFinding(input);
  return { ...proof, explanation: [...sayTrials(trials), proof.explanation].join(" ") };
}

/** The sample whose error is the median's. */
function sayTrials(trials: readonly EstimateTrial[]): readonly string[] {
  if (trials.length === 0) return [];
  const say = (read: (trial: EstimateTrial) => number): string =>
    Number(median(trials.map(read)).toPrecision(3)).toLocaleString("en-US");
  const changed = trials.find(({ planChanges }) => planChanges.length > 0);
  return [
    `Of a call's rows the planner expects ${say(({ rowsBefore }) => rowsBefore)} without the statistics and ${say(({ rowsAfter }) => rowsAfter)} with them; ${say(({ realRows }) => realRows)} really come (medians of ${trials.length} calls).`,
    changed === undefined
      ? "The plan stays as it is."
      : `The plan changes: ${changed.planChanges.slice(0, 3).join("; ")}.`,
  ];
}

function trialOf(
  before: ExplainedPlan | null,
  after: ExplainedPlan | null,
  run: ExplainedPlan | null,
): EstimateTrial | null {
  if (before === null || after === null || run === null) return null;
  const real = decidingNode(run.root).actual;
  if (real === null) return null;
  const { changes, isSamePlan } = diffPlans(before, after);
  return {
    rowsBefore: decidingNode(before.root).rows,
    rowsAfter: decidingNode(after.root).rows,
    realRows: real.rows * real.loops,
    planChanges: isSamePlan
      ? []
      : changes.filter(({ isOfFigures }) => !isOfFigures).map(({ sentence }) => sentence),
  };
}

const HANDS_ON = /^(?:Limit|Sort|Incremental Sort|Result|WindowAgg)$/;

/** The node that brings the rows, below those that hand them on or count them. */
function decidingNode(node: ExplainedNode): ExplainedNode {
  const [input] = node.children;
  const isWholeCount = node.nodeType === "Aggregate" && node.strategy === "Plain";
  return input !== undefined && (isWholeCount || HANDS_ON.test(node.nodeType))
    ? decidingNode(input)
    : node;
}

/** Null where it cannot be planned, or did not end in time. */
async function explain(
  session: LabSession,
  text: string,
  values: readonly (string | null)[],
  isRun: boolean,
): Promise<ExplainedPlan | null> {
  const how = isRun ? "analyze, timing off, format json" : "format json";
  await session.execute("begin");
  try {
    return await finallyRun(session, "rollback", async () => {
      const lines: string[] = [];
      await session.run(`explain (${how}) ${text}`, values, ([line]) => lines.push(line ?? ""));
      return readPlans(lines.join("\n"))[0] ?? null;
    });
  } catch (error) {
    if (sqlStateOf(error) === undefined) throw error;
    return null;
  }
}
