import type { TableTree } from "../candidates/table-tree.ts";
import { keyOf } from "../schema/identifiers.ts";
import type { Snapshot } from "../snapshot/snapshot.ts";
import { nodeOf } from "../workload/parse-statement.ts";
import { createNameResolver } from "../workload/shape/name-resolver.ts";
import { readShape } from "../workload/shape/read-shape.ts";
import type { TableUse } from "../workload/shape/statement-shape.ts";
import { perHour } from "../workload/window-rates.ts";
import type { ParameterSample, Statement, Workload } from "../workload/workload.ts";
import type { ResolvedChoiceOptions } from "./options.ts";

/** A statement of the workload with the tables that it uses, below views and partitions' roots as well. */
export interface TracedStatement {
  readonly statement: Statement;
  readonly uses: readonly TableUse[];
  /** Keys of the tables whose indexes could change its plan. */
  readonly tables: ReadonlySet<string>;
  readonly msPerHour: number;
  /** Values that it is planned with; weights add up to 1. */
  readonly samples: readonly ParameterSample[];
}

/** Every statement of the workload, with its tables. */
export function traceStatements(
  workload: Workload,
  snapshot: Snapshot,
  tree: TableTree,
): readonly TracedStatement[] {
  const resolver = createNameResolver(snapshot);
  return workload.statements.map((statement) => {
    const node = nodeOf(statement.text);
    const uses = node === undefined ? [] : readShape(node, resolver).tables;
    const read = uses.filter(({ role }) => role !== "insert");
    return {
      statement,
      uses,
      tables: new Set(
        read.flatMap(({ relation }) => {
          const root = tree.rootOf(relation);
          return [root, ...tree.inheritorsOf(root)].map(keyOf);
        }),
      ),
      msPerHour: perHour(statement.totalMs, workload.window),
      samples: statement.samples,
    };
  });
}

/** The costliest statements that an index could help at all, until they hold nearly all the time. */
export function worthWeighing(
  traced: readonly TracedStatement[],
  tablesOfCandidates: ReadonlySet<string>,
  { statementsAtMost, statementsWithAllSamples, shareOfTimeWeighed }: ResolvedChoiceOptions,
): readonly TracedStatement[] {
  const total = traced.reduce((sum, { msPerHour }) => sum + msPerHour, 0);
  const costliest = traced.toSorted((one, other) => other.msPerHour - one.msPerHour);
  const weighed: TracedStatement[] = [];
  let seen = 0;
  for (const candidate of costliest) {
    if (weighed.length >= statementsAtMost || seen >= total * shareOfTimeWeighed) break;
    seen += candidate.msPerHour;
    if (![...candidate.tables].some((table) => tablesOfCandidates.has(table))) continue;
    weighed.push(weighed.length < statementsWithAllSamples ? candidate : withOneSample(candidate));
  }
  return weighed;
}

/** Of many small statements each is planned with its most frequent values only. */
function withOneSample(traced: TracedStatement): TracedStatement {
  const [first, ...rest] = traced.samples;
  if (first === undefined || rest.length === 0) return traced;
  const heaviest = rest.reduce((one, other) => (other.weight > one.weight ? other : one), first);
  return { ...traced, samples: [{ ...heaviest, weight: 1 }] };
}
