import type { Advice, Declined, Evidence, Finding, Severity } from "@streamgate/core";
import { hashOf } from "../candidates/definition-sql.ts";
import { anatomyOf, workFactsOf } from "../choice/calibration/plan-work.ts";
import { modelledMs, type TimeModel } from "../choice/calibration/time-model.ts";
import type { PlanNode } from "../plans/plan.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import type { Configuration, WhatIf } from "../what-if/what-if.ts";
import { perHour } from "../workload/window-rates.ts";
import type { Statement, Workload } from "../workload/workload.ts";
import { readCatalogue } from "./catalogue/catalogue.ts";
import type { Rewriting } from "./search/expand.ts";
import { type SearchOptions, searchRewrites } from "./search/search-rewrites.ts";

export interface AdviseRewritesInput {
  readonly workload: Workload;
  readonly snapshot: Snapshot;
  /** Plans the statements; nothing is executed. */
  readonly whatIf: Pick<WhatIf, "planMany">;
  /**
   * The indexes that are advised beside: a rewriting must be worth its while with them, since one that helps without an index can hurt with
   * it. @default the indexes of today
   */
  readonly withIndexes?: Configuration;
  /** Times of this database by kind of work, from the choice of indexes; absent: the planner's cost decides. */
  readonly timeModel?: TimeModel;
}

export interface AdviseRewritesOptions extends SearchOptions {
  /** The costliest SELECTs that are looked at. @default 200 */
  readonly mostStatements?: number;
  /** Original cost ÷ rewritten cost from which a rewriting is advised. @default 1.3 */
  readonly leastGain?: number;
}

const DEFAULTS = { mostStatements: 200, leastGain: 1.3 } as const;
const TODAY: Configuration = { present: [], absent: [] };

/** Share of the workload's time that a rewriting must save to be of a severity. */
const SEVERITY_FROM_SHARE: readonly (readonly [number, Severity])[] = [
  [0.5, "critical"],
  [0.15, "high"],
  [0.03, "medium"],
  [0.005, "low"],
];

/** A rewriting with its costs with the advised indexes, and with those of today. */
interface Weighed {
  readonly rewriting: Rewriting;
  readonly withIndexes: Costs;
  readonly today: Costs;
}

interface Costs {
  readonly before: number;
  readonly after: number;
}

/**
 * One finding `query/rewrite` for each statement that the rules can say otherwise at a lower cost, most time saved first. Its figures are
 * estimated: the mean that was measured × the planner's cost (or the modelled time) of the rewriting ÷ that of the statement. A proof (`rewriteStatement`) shows
 * that it is equal and faster before anybody relies on it.
 *
 * @returns what was weighed and is not advised too, each with its reason
 * @example
 * ```ts
 * import { adviseRewrites, type Snapshot, type WhatIf, type Workload } from "@streamgate/pg-advisor";
 * const advise = async (workload: Workload, snapshot: Snapshot, whatIf: WhatIf) => {
 *   const { findings } = await adviseRewrites({ workload, snapshot, whatIf });
 *   return findings.map(({ summary, remedy }) => `${summary} ${remedy}`);
 * };
 * ```
 */
export async function adviseRewrites(
  input: AdviseRewritesInput,
  options: AdviseRewritesOptions = {},
): Promise<Advice> {
  const { mostStatements, leastGain } = { ...DEFAULTS, ...options };
  const catalogue = readCatalogue(input.snapshot);
  const selects = input.workload.statements.filter(({ kind }) => kind === "select");
  const findings: Finding[] = [];
  const declined: Declined[] = [];
  for (const statement of selects.slice(0, mostStatements)) {
    const search = searchRewrites(statement.text, catalogue, options);
    if (search.outcome === "declined") continue;
    for (const { rule, because } of search.refusals) {
      declined.push({
        candidate: statement.text,
        reason: "precondition-missing",
        explanation: `${rule}: ${because}`,
      });
    }
    const weighed = await weigh(statement, search.rewritings, input);
    const [best] = weighed.toSorted(
      (one, other) => gainOf(other.withIndexes) - gainOf(one.withIndexes),
    );
    if (best === undefined) continue;
    if (gainOf(best.withIndexes) < leastGain)
      declined.push(explainDeclined(statement, best, leastGain));
    else findings.push(findingOf(statement, best, input));
  }
  return {
    findings: findings.toSorted((one, other) => other.savedMsPerHour - one.savedMsPerHour),
    declined,
  };
}

/** Costs a rewriting in both worlds, over the statement's samples by their weight; one that cannot be planned is left out. */
async function weigh(
  statement: Statement,
  rewritings: readonly Rewriting[],
  { whatIf, withIndexes = TODAY, snapshot, timeModel }: AdviseRewritesInput,
): Promise<readonly Weighed[]> {
  if (rewritings.length === 0) return [];
  const facts = workFactsOf(snapshot);
  const weightOf = (plan: PlanNode): number =>
    timeModel === undefined ? plan.totalCost : modelledMs(timeModel, anatomyOf(plan, facts).work);
  const texts = [statement.text, ...rewritings.map(({ text }) => text)];
  const [todayBefore, ...today] = await costsIn(TODAY, texts, statement, whatIf, weightOf);
  const [before, ...after] = await costsIn(withIndexes, texts, statement, whatIf, weightOf);
  return rewritings.flatMap((rewriting, index) => {
    const costs = [before, after[index], todayBefore, today[index]];
    const [one, other, third, fourth] = costs;
    if (typeof one !== "number" || typeof other !== "number") return [];
    if (typeof third !== "number" || typeof fourth !== "number") return [];
    return [
      {
        rewriting,
        withIndexes: { before: one, after: other },
        today: { before: third, after: fourth },
      },
    ];
  });
}

async function costsIn(
  configuration: Configuration,
  texts: readonly string[],
  { samples }: Statement,
  whatIf: Pick<WhatIf, "planMany">,
  weightOf: (plan: PlanNode) => number,
): Promise<readonly (number | null)[]> {
  const requests = texts.flatMap((text) => samples.map((sample) => ({ text, sample })));
  const plans = await whatIf.planMany(requests, configuration);
  return texts.map((_, index) => {
    let cost = 0;
    for (const [place, sample] of samples.entries()) {
      const plan = plans[index * samples.length + place];
      if (plan === undefined || plan instanceof Error) return null;
      cost += weightOf(plan) * sample.weight;
    }
    return cost;
  });
}

function gainOf({ before, after }: Costs): number {
  return before / Math.max(after, 1e-9);
}

function explainDeclined(statement: Statement, best: Weighed, leastGain: number): Declined {
  const rules = best.rewriting.steps.map(({ rule }) => rule).join(" + ");
  const { before, after } = best.withIndexes;
  const cost = `cost ${after.toFixed(0)} where it was ${before.toFixed(0)} (estimated)`;
  const helpsToday = gainOf(best.today) >= leastGain;
  return {
    candidate: best.rewriting.text,
    reason: helpsToday ? "an-index-does-more" : "gain-too-small",
    explanation: helpsToday
      ? `${rules} helps ${statement.fingerprint} with the indexes of today alone; with those that are advised: ${cost}`
      : `${rules}: ${cost}`,
  };
}

function findingOf(
  statement: Statement,
  { rewriting, withIndexes, today }: Weighed,
  { workload, snapshot, timeModel }: AdviseRewritesInput,
): Finding {
  const { database } = snapshot.server;
  const { fingerprint, text, calls, totalMs, meanMs } = statement;
  const share = withIndexes.after / withIndexes.before;
  const allMs = workload.statements.reduce((sum, one) => sum + one.totalMs, 0);
  const shareOfTime = allMs === 0 ? 0 : totalMs / allMs;
  // Beside the advised indexes: what these spare the statement is counted with them.
  const spared = (withIndexes.before - withIndexes.after) / Math.max(today.before, 1e-9);
  const savedMsPerHour = perHour(totalMs, workload.window) * spared;
  const shareSaved = shareOfTime * spared;
  const expectedAloneMs = meanMs * (today.after / Math.max(today.before, 1e-9));
  const caveats = rewriting.steps.flatMap(({ caveat }) =>
    caveat === undefined ? [] : [`Beware: ${caveat}.`],
  );
  return {
    id: `rw-${hashOf(JSON.stringify(["query/rewrite", database, fingerprint, rewriting.text]), 8)}`,
    kind: "query/rewrite",
    subject: { database, object: `statement ${fingerprint}` },
    severity: SEVERITY_FROM_SHARE.find(([least]) => shareSaved >= least)?.[1] ?? "info",
    summary: `A statement can be said otherwise, with the same result, at ${(100 * share).toFixed(share < 0.1 ? 1 : 0)} % of its cost (estimated): ${rewriting.steps.map(({ note }) => note).join("; ")}.`,
    savedMsPerHour,
    statements: [
      {
        fingerprint,
        text,
        calls,
        shareOfTime,
        meanMs,
        expectedMeanMs: Math.max(0, meanMs * (1 - spared)),
        expectedAloneMs,
      },
    ],
    evidence: evidenceOf(withIndexes, today, snapshot.takenAt, timeModel !== undefined),
    replacement: {
      kind: "rewriting",
      fingerprint,
      text: rewriting.text,
      ...(caveats.length === 0 ? {} : { callerMust: caveats.join(" ") }),
    },
    remedy: [`Send this in its place: ${rewriting.text}`, ...caveats].join("\n"),
  };
}

function evidenceOf(
  withIndexes: Costs,
  today: Costs,
  at: string,
  isTimed: boolean,
): readonly Evidence[] {
  const [what, unit] = isTimed ? ["modelled time", "ms"] : ["planner's cost", "cost"];
  const figure = (name: string, value: number): Evidence => ({
    name: `${what} ${name}`,
    value,
    unit,
    rung: "estimated",
    source: "twin",
    at,
  });
  const isSame = withIndexes.before === today.before && withIndexes.after === today.after;
  return [
    figure("as it is written", today.before),
    figure("as rewritten", today.after),
    ...(isSame
      ? []
      : [
          figure("as it is written, with the advised indexes", withIndexes.before),
          figure("as rewritten, with the advised indexes", withIndexes.after),
        ]),
  ];
}
