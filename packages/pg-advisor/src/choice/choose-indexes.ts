import { type Declined, messageOf } from "@streamgate/core";
import type { Candidate, IndexDefinition } from "../candidates/candidate.ts";
import { createColumnFacts } from "../candidates/column-facts.ts";
import { nameless } from "../candidates/definition-sql.ts";
import { createTableTree } from "../candidates/table-tree.ts";
import type { RunContext } from "../context.ts";
import { keyOf } from "../schema/identifiers.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import type { WhatIf } from "../what-if/what-if.ts";
import type { Workload } from "../workload/workload.ts";
import type { Choice, ChosenIndex, StatementGain } from "./choice.ts";
import { ConfigurationValue, type Contender } from "./configuration-value.ts";
import { CostBook } from "./cost-book.ts";
import { explainDeclined } from "./explain-declined.ts";
import { type ChoiceOptions, type ResolvedChoiceOptions, resolveChoiceOptions } from "./options.ts";
import { searchIndexes } from "./search.ts";
import { type TracedStatement, traceStatements, worthWeighing } from "./weigh-statements.ts";
import { createWriteRates, type WriteRates } from "./write-rates.ts";

export interface ChooseIndexesInput {
  readonly workload: Workload;
  readonly snapshot: Snapshot;
  readonly candidates: readonly Candidate[];
  readonly whatIf: WhatIf;
  readonly context: RunContext;
  readonly options?: ChoiceOptions;
}

/**
 * The indexes that save the workload most time, net of what they cost writers and storage. A
 * statement's time with an index is its measured mean × the planner's cost with it ÷ without it.
 * Statements are planned costliest first until they hold 99.9 % of the time, 500 at the most.
 *
 * @returns the chosen indexes, and every other candidate with the reason and the figures
 * @throws StreamGateError `SG_PG_BAD_CHOICE_OPTION`; the signal's reason when aborted
 * @example
 * ```ts
 * import { chooseIndexes, generateCandidates } from "@streamgate/pg-advisor";
 * import type { RunContext, Snapshot, WhatIf, Workload } from "@streamgate/pg-advisor";
 * const choose = (workload: Workload, snapshot: Snapshot, whatIf: WhatIf, context: RunContext) => {
 *   const { candidates } = generateCandidates(workload, snapshot);
 *   return chooseIndexes({ workload, snapshot, candidates, whatIf, context, options: { indexesAtMost: 5 } });
 * };
 * ```
 */
export async function chooseIndexes(input: ChooseIndexesInput): Promise<Choice> {
  const { workload, snapshot, candidates, whatIf, context } = input;
  const options = resolveChoiceOptions(input.options);
  const tree = createTableTree(snapshot);
  const traced = traceStatements(workload, snapshot, tree);
  const tables = new Set(candidates.map(({ definition }) => keyOf(definition.table)));
  const weighed = worthWeighing(traced, tables, options);

  await whatIf.define(candidates);
  const rates = createWriteRates(traced, workload.window, snapshot, tree);
  const { contenders, unmade } = measureContenders(input, rates, options);
  const book = new CostBook(whatIf, context, contenders);
  const value = new ConfigurationValue(book, weighed, options);
  await value.open();

  const totalMsPerHour = traced.reduce((sum, { msPerHour }) => sum + msPerHour, 0);
  const leastSavedMs = Math.min(
    options.minimumSavedMsPerHour,
    totalMsPerHour * options.minimumShareOfWorkload,
  );
  const onProgress = (done: number, total: number): void =>
    context.onProgress({ activity: "weighing indexes", done, total, unit: "candidates" });
  const found = await searchIndexes({ contenders, value, book, options, leastSavedMs, onProgress });

  const chosen = await describeChosen(found.chosen, value, book);
  const declined: Declined[] = [...unmade];
  for (const contender of contenders) {
    if (found.chosen.includes(contender)) continue;
    const alone = found.alone.get(contender.id);
    declined.push(
      await explainDeclined({
        contender,
        alone,
        chosen: found.chosen,
        value,
        options,
        leastSavedMs,
        mayAsk: book.plannerCalls < options.plannerCallsAtMost,
      }),
    );
  }
  return {
    chosen,
    declined,
    plannerCalls: book.plannerCalls,
    weighed: { statements: weighed.length, shareOfTime: shareOf(weighed, totalMsPerHour) },
  };
}

/** What keeping each candidate costs; one that the twin could not make is declined. */
function measureContenders(
  { candidates, whatIf, snapshot }: ChooseIndexesInput,
  rates: WriteRates,
  { writeMsPerRow }: ResolvedChoiceOptions,
): { readonly contenders: readonly Contender[]; readonly unmade: readonly Declined[] } {
  const contenders: Contender[] = [];
  const unmade: Declined[] = [];
  const leadingDistinct = leadingDistinctIn(snapshot);
  for (const candidate of candidates) {
    const { id, definition } = candidate;
    try {
      contenders.push({
        candidate,
        id,
        table: keyOf(definition.table),
        sizeBytes: whatIf.sizeBytes(id),
        writeMsPerHour: rates(definition) * writeMsPerRow,
        leadingDistinct: leadingDistinct(definition),
      });
    } catch (error) {
      unmade.push({
        candidate: nameless(definition),
        reason: "not-evaluated",
        explanation: `It could not be made on the ${whatIf.name}: ${messageOf(error)}`,
      });
    }
  }
  return { contenders, unmade };
}

function leadingDistinctIn(snapshot: Snapshot): (definition: IndexDefinition) => number {
  const facts = createColumnFacts(snapshot);
  const relations = new Map(snapshot.relations.map((relation) => [keyOf(relation), relation]));
  return ({ table, keys: [first] }) => {
    const relation = relations.get(keyOf(table));
    const column = first?.column ?? null;
    return relation === undefined || column === null ? 1 : facts.distinctValues(relation, column);
  };
}

/** Savings are counted one after the other, so that those of all indexes add up to the whole. */
async function describeChosen(
  chosen: readonly Contender[],
  value: ConfigurationValue,
  book: CostBook,
): Promise<readonly ChosenIndex[]> {
  const described: ChosenIndex[] = [];
  for (const [position, contender] of chosen.entries()) {
    const before = chosen.slice(0, position);
    const statements = value.touching(contender.table);
    const { savedMs } = await value.step(before, [...before, contender], statements);
    const costs = await book.costs(statements, [contender.id]);
    described.push({
      candidate: contender.candidate,
      predictedSizeBytes: contender.sizeBytes,
      gains: statements.flatMap((traced) =>
        gainOf(traced, costs.get(traced.statement.fingerprint), value),
      ),
      savedMsPerHour: savedMs,
      writeCostMsPerHour: contender.writeMsPerHour,
    });
  }
  return described.toSorted((one, other) => other.savedMsPerHour - one.savedMsPerHour);
}

function gainOf(
  traced: TracedStatement,
  costAfter: number | Error | undefined,
  value: ConfigurationValue,
): readonly StatementGain[] {
  const costBefore = value.baseCost(traced);
  if (
    costBefore === null ||
    typeof costAfter !== "number" ||
    !value.isHelped(costBefore, costAfter)
  )
    return [];
  const { fingerprint, meanMs } = traced.statement;
  return [
    {
      fingerprint,
      costBefore,
      costAfter,
      meanBeforeMs: meanMs,
      expectedMeanMs: (meanMs * costAfter) / costBefore,
    },
  ];
}

function shareOf(weighed: readonly TracedStatement[], totalMsPerHour: number): number {
  if (totalMsPerHour <= 0) return 0;
  return weighed.reduce((sum, { msPerHour }) => sum + msPerHour, 0) / totalMsPerHour;
}
