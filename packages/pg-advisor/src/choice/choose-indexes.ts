import type { Candidate } from "../candidates/candidate.ts";
import { createTableTree, type TableTree } from "../candidates/table-tree.ts";
import type { RunContext } from "../context.ts";
import type { IndexPortrait } from "../indexes/index-portrait.ts";
import { keyOf } from "../schema/identifiers.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import type { WhatIf } from "../what-if/what-if.ts";
import type { Workload } from "../workload/workload.ts";
import { PlanBook } from "./book/plan-book.ts";
import { climbLadders } from "./bound/gain-ladder.ts";
import { upperBoundMs } from "./bound/upper-bound.ts";
import { fitTimeModel, type TimedChange } from "./calibration/fit-time-model.ts";
import { workFactsOf } from "./calibration/plan-work.ts";
import type { TimeModel } from "./calibration/time-model.ts";
import { memoryShareOf } from "./calibration/usual-speeds.ts";
import type { Choice, ParetoPoint } from "./choice.ts";
import { ConfigurationValue, type Contender, type Incumbent } from "./configuration-value.ts";
import { declineOthers } from "./decline-others.ts";
import { describeChosen } from "./describe-chosen.ts";
import type { SearchInput } from "./exchange-indexes.ts";
import { incumbentsOf } from "./incumbents.ts";
import { keepFast } from "./keep-fast.ts";
import { leastSavingIn } from "./least-saving.ts";
import { letGo } from "./let-go.ts";
import { measureContenders } from "./measure-contenders.ts";
import { type ChoiceOptions, type ResolvedChoiceOptions, resolveChoiceOptions } from "./options.ts";
import { paretoOf } from "./pareto.ts";
import { searchIndexes } from "./search.ts";
import { supersededBy } from "./superseded-indexes.ts";
import { type TracedStatement, traceStatements, worthWeighing } from "./weigh-statements.ts";
import { createWriteRates } from "./write-rates.ts";

export interface ChooseIndexesInput {
  readonly workload: Workload;
  readonly snapshot: Snapshot;
  readonly candidates: readonly Candidate[];
  readonly whatIf: WhatIf;
  readonly context: RunContext;
  readonly options?: ChoiceOptions;
  /** Existing indexes with their duties: those that nothing but searches needs compete with the candidates. @default none compete */
  readonly existing?: readonly IndexPortrait[];
  /** Statements that really ran before and after a fix: they teach the calibration more than means do. @default none */
  readonly measured?: readonly TimedChange[];
}

/**
 * The indexes that save the workload most time within a budget of real bytes, net of what they cost writers and storage. How long a
 * plan takes is told by a calibration: milliseconds a unit of the planner's cost by kind of work, fitted to the statements' own measured
 * means, so that nothing is run on the watched server. A statement's time with an index is its measured mean × the calibrated time of the
 * plan with it ÷ of that without it. No statement may become slower, unless what the indexes save is many times the loss; then it is
 * listed. The result says how far it can be from the best at the most.
 *
 * Statements are planned costliest first until they hold 99.9 % of the time, 5,000 at the most.
 *
 * @returns the chosen indexes, and every other candidate with the reason and the figures
 * @throws StreamGateError `SG_PG_BAD_CHOICE_OPTION`; the signal's reason when aborted
 * @example
 * ```ts
 * import { chooseIndexes, generateCandidates } from "@streamgate/pg-advisor";
 * import type { RunContext, Snapshot, WhatIf, Workload } from "@streamgate/pg-advisor";
 * const choose = (workload: Workload, snapshot: Snapshot, whatIf: WhatIf, context: RunContext) => {
 *   const { candidates } = generateCandidates(workload, snapshot);
 *   const options = { budgetBytes: 500 * 1024 ** 2, indexesAtMost: 5, timeMs: 30_000 };
 *   return chooseIndexes({ workload, snapshot, candidates, whatIf, context, options });
 * };
 * ```
 */
export async function chooseIndexes(input: ChooseIndexesInput): Promise<Choice> {
  const { workload, snapshot, candidates, whatIf, context } = input;
  const options = resolveChoiceOptions(input.options);
  const deadlineMs = context.clock.monotonicMs() + options.timeMs;
  const tree = createTableTree(snapshot);
  const traced = traceStatements(workload, snapshot, tree);
  const tables = new Set(candidates.map(({ definition }) => keyOf(definition.table)));
  const weighed = worthWeighing(traced, tables, options);

  await whatIf.define(candidates);
  const rates = createWriteRates(traced, workload.window, snapshot, tree);
  const superseded = supersededBy(candidates, input.existing ?? [], snapshot);
  const totalMsPerHour = traced.reduce((sum, { msPerHour }) => sum + msPerHour, 0);
  const leastSavedMs = leastSavingIn(snapshot, totalMsPerHour, options);
  const measures = { rates, superseded, leastSavedMs, totalMsPerHour, options };
  const { contenders, unmade } = measureContenders(input, measures);
  const incumbents = incumbentsOf(superseded, rates, options);
  const book = openBook(input, { contenders, incumbents, tree, deadlineMs, options });
  const value = new ConfigurationValue({ book, weighed, incumbents, options });
  const timeModel = await value.open((opened) =>
    calibrate(opened, input.measured ?? [], memoryShareOf(snapshot.statements)),
  );
  const ladders = await climbLadders(value, contenders);

  const onProgress = (done: number, total: number): void =>
    context.onProgress({ activity: "weighing indexes", done, total, unit: "candidates" });
  const search: SearchInput = {
    contenders,
    value,
    book,
    ladders,
    options,
    onProgress,
  };
  const found = await searchIndexes(search);
  const kept = await keepFast(search, found.chosen);
  const gone = await letGo(value, kept.chosen, options);

  const boundWithin = (budgetBytes: number, foundMs: number): number =>
    upperBoundMs({
      ladders,
      items: contenders.map((one) => ({
        id: one.id,
        sizeBytes: one.sizeBytes,
        upkeepMs: value.upkeepOf(one),
      })),
      budgetBytes,
      indexesAtMost: options.indexesAtMost,
      besidesMs:
        unweighedMs(traced, weighed, tables) +
        incumbents.reduce((sum, one) => sum + value.upkeepOf(one), 0),
      foundMs,
    });
  const { netMs } = await value.step([], kept.chosen, value.touchedBy(kept.chosen));
  const boundMsPerHour = Math.max(netMs, boundWithin(options.budgetBytes, netMs));
  const isComplete = !book.isExhausted;
  const pareto = options.pareto ? await tabulate(search, kept.chosen, boundWithin, weighed) : [];

  const chosen = await describeChosen({ chosen: kept.chosen, value, slowed: kept.slowed, gone });
  const declined = [
    ...unmade,
    ...(await declineOthers({
      search,
      alone: found.alone,
      chosen: kept.chosen,
      leftOut: kept.leftOut,
    })),
  ];
  return {
    chosen,
    declined,
    plannerCalls: book.plannerCalls,
    plannerCallsSaved: book.callsSaved,
    weighed: { statements: weighed.length, shareOfTime: shareOf(weighed, totalMsPerHour) },
    bound: {
      netMsPerHour: netMs,
      boundMsPerHour,
      gap: boundMsPerHour > 0 ? 1 - netMs / boundMsPerHour : 0,
      isComplete,
    },
    timeModel,
    pareto,
  };
}

/** Statements that only read: the time of others is that of their writing, too. */
function calibrate(
  value: ConfigurationValue,
  measured: readonly TimedChange[],
  memoryShare: number,
): TimeModel {
  const statements = value.weighed.flatMap((traced) => {
    const { kind, isTimeEstimated, meanMs, calls } = traced.statement;
    const base = value.base(traced);
    if (base === null || kind !== "select" || isTimeEstimated === true) return [];
    return [{ work: base.anatomy.work, meanMs, calls }];
  });
  return fitTimeModel(statements, measured, memoryShare);
}

function openBook(
  { whatIf, context, snapshot }: ChooseIndexesInput,
  {
    contenders,
    incumbents,
    tree,
    deadlineMs,
    options,
  }: {
    readonly contenders: readonly Contender[];
    readonly incumbents: readonly Incumbent[];
    readonly tree: TableTree;
    readonly deadlineMs: number;
    readonly options: ResolvedChoiceOptions;
  },
): PlanBook {
  const relations = new Map(snapshot.relations.map((relation) => [keyOf(relation), relation]));
  return new PlanBook({
    whatIf,
    context,
    movable: [
      ...contenders.map(({ id, table }) => ({ kind: "candidate", id, table }) as const),
      ...incumbents.map((one) => ({ kind: "existing", ...one }) as const),
    ],
    facts: workFactsOf(snapshot),
    rootKeyOf: (schema, table) => {
      const relation = schema === null ? undefined : relations.get(keyOf({ schema, name: table }));
      return relation === undefined ? null : keyOf(tree.rootOf(relation));
    },
    candidateNames: new Map(
      contenders.flatMap(({ id }) =>
        (whatIf.indexNames?.(id) ?? []).map((name) => [keyOf(name), id] as const),
      ),
    ),
    standing: new Set(snapshot.indexes.map(keyOf)),
    plannerCallsAtMost: options.plannerCallsAtMost,
    deadlineMs,
  });
}

/** The best sets for smaller budgets, found with the same plans. */
function tabulate(
  search: SearchInput,
  chosen: readonly Contender[],
  boundWithin: (budgetBytes: number, foundMs: number) => number,
  weighed: readonly TracedStatement[],
): Promise<readonly ParetoPoint[]> {
  const chooseWithin = async (budgetBytes: number): Promise<readonly Contender[]> => {
    const within = { ...search, options: { ...search.options, budgetBytes } };
    const { chosen: best } = await searchIndexes(within);
    return (await keepFast(within, best)).chosen;
  };
  const msPerHour = weighed.reduce((sum, one) => sum + one.msPerHour, 0);
  return paretoOf({ input: search, chooseWithin, boundWithin, msPerHour }, chosen);
}

/** Time of the statements that were not planned, though a candidate might help them: all of it could be saved. */
function unweighedMs(
  traced: readonly TracedStatement[],
  weighed: readonly TracedStatement[],
  tablesOfCandidates: ReadonlySet<string>,
): number {
  const known = new Set(weighed.map(({ statement }) => statement.fingerprint));
  return traced
    .filter(({ statement }) => !known.has(statement.fingerprint))
    .filter(({ tables }) => [...tables].some((table) => tablesOfCandidates.has(table)))
    .reduce((sum, { msPerHour }) => sum + msPerHour, 0);
}

function shareOf(weighed: readonly TracedStatement[], totalMsPerHour: number): number {
  if (totalMsPerHour <= 0) return 0;
  return weighed.reduce((sum, { msPerHour }) => sum + msPerHour, 0) / totalMsPerHour;
}
