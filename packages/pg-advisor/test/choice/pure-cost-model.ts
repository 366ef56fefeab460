import { type Random, seededRandom } from "@streamgate/core";
import { btreeOn, type Candidate } from "../../src/candidates/candidate.ts";
import { PlanBook } from "../../src/choice/book/plan-book.ts";
import { climbLadders } from "../../src/choice/bound/gain-ladder.ts";
import { fitTimeModel } from "../../src/choice/calibration/fit-time-model.ts";
import { ConfigurationValue, type Contender } from "../../src/choice/configuration-value.ts";
import type { SearchInput } from "../../src/choice/exchange-indexes.ts";
import { type ChoiceOptions, resolveChoiceOptions } from "../../src/choice/options.ts";
import type { TracedStatement } from "../../src/choice/weigh-statements.ts";
import type { WhatIf } from "../../src/what-if/what-if.ts";
import { workloadOf } from "../candidates/workload-of.ts";
import { quietContext } from "../twin-support.ts";
import { planOf } from "./imagined-planner.ts";

/** No page is in memory: each takes what the planner says. */
const ON_DISK = 0;

/** A way to run a statement, for those who have its indexes. */
interface ImaginedPlan {
  readonly needs: readonly string[];
  readonly cost: number;
}

/** A world in which a plan costs what its line says: small enough to try every set. */
export interface PureModel {
  readonly contenders: readonly Contender[];
  readonly statements: readonly TracedStatement[];
  readonly plansOf: ReadonlyMap<string, readonly ImaginedPlan[]>;
}

const TABLES = ["a", "b", "c"];
const BASE_COST = 1_000;

export function drawModel(seed: number, indexes: number, statements: number): PureModel {
  const random = seededRandom(seed);
  const contenders = Array.from({ length: indexes }, (_, position) =>
    contender(`i${position}`, random.pick(TABLES), random),
  );
  const plansOf = new Map<string, readonly ImaginedPlan[]>();
  const traced = Array.from({ length: statements }, (_, position) => {
    const tables = new Set(random.shuffle(TABLES).slice(0, 1 + random.integer(2)));
    const usable = contenders.filter(({ table }) => tables.has(table));
    const one = tracedStatement(`s${position}`, tables, 100 + random.integer(10_000));
    plansOf.set(one.statement.text, [
      { needs: [], cost: BASE_COST },
      ...Array.from({ length: random.integer(5) }, () => ({
        needs: random
          .shuffle(usable)
          .slice(0, 1 + random.integer(2))
          .map(({ id }) => id),
        cost: 1 + random.integer(BASE_COST),
      })),
    ]);
    return one;
  });
  return { contenders, statements: traced, plansOf };
}

function contender(id: string, table: string, random: Random): Contender {
  const candidate: Candidate = {
    id,
    definition: btreeOn({ schema: "public", name: table }, [
      { column: id, direction: "asc", nulls: "last" },
    ]),
    fingerprints: [],
    origin: "drawn",
  };
  return {
    candidate,
    id,
    table,
    sizeBytes: (1 + random.integer(100)) * 1024 ** 2,
    writeMsPerHour: random.integer(800),
    writeCost: {
      entriesPerHour: 0,
      hotUpdatesLostPerHour: 0,
      otherEntriesPerHour: 0,
      walBytesPerHour: 0,
    },
    leadingDistinct: 1,
    supersedes: [],
    leastSavedMs: 0,
    leastSavedBesideMs: 0,
  };
}

export function tracedStatement(
  name: string,
  tables: ReadonlySet<string>,
  msPerHour: number,
): TracedStatement {
  const [statement] = workloadOf([`select ${name} from a`]).statements;
  if (statement === undefined) throw new Error("no statement was made");
  return {
    statement: { ...statement, calls: 100, meanMs: msPerHour / 100, totalMs: msPerHour },
    uses: [],
    tables,
    msPerHour,
    samples: statement.samples,
  };
}

/** What a what-if planner would answer in this world. */
export function plannerOf({ plansOf }: PureModel): Pick<WhatIf, "planMany"> {
  return {
    planMany: async (requests, { present }) =>
      requests.map(({ text }) => {
        const open = (plansOf.get(text) ?? []).filter(({ needs }) =>
          needs.every((id) => present.includes(id)),
        );
        const best = open.reduce((one, other) => (other.cost < one.cost ? other : one));
        return planOf(best.cost, best.needs);
      }),
  };
}

export interface OpenModel {
  readonly search: SearchInput;
  readonly book: PlanBook;
}

export async function openModel(
  model: PureModel,
  own: ChoiceOptions,
  whatIf: Pick<WhatIf, "planMany"> = plannerOf(model),
): Promise<OpenModel> {
  const options = resolveChoiceOptions({
    minimumSavedMsPerHour: 0,
    storageMsPerHourPerGigabyte: 0,
    ...own,
  });
  const { contenders, statements } = model;
  const book = new PlanBook({
    whatIf,
    context: quietContext(),
    movable: contenders.map(({ id, table }) => ({ kind: "candidate", id, table })),
    facts: { sequentialPageCost: 1, indexedRowCost: 0.0175, relation: () => null },
    rootKeyOf: () => null,
    candidateNames: new Map(),
    standing: new Set(),
    plannerCallsAtMost: options.plannerCallsAtMost,
    deadlineMs: Number.POSITIVE_INFINITY,
  });
  const value = new ConfigurationValue({ book, weighed: statements, incumbents: [], options });
  await value.open(() =>
    fitTimeModel(
      statements.map(({ statement: { meanMs, calls } }) => ({
        work: planWork,
        meanMs,
        calls,
      })),
      [],
      ON_DISK,
    ),
  );
  const ladders = await climbLadders(value, contenders);
  const search = {
    contenders,
    value,
    book,
    ladders,
    options,
    onProgress: () => undefined,
  };
  return { search, book };
}

const planWork = {
  "sequential pages": 0,
  "scattered pages": 0,
  tuples: BASE_COST,
  joins: 0,
  hashes: 0,
  sorts: 0,
  workers: 0,
  start: 1,
  output: 0,
};

/** Every set within budget and number. */
export function* setsWithin(
  contenders: readonly Contender[],
  budgetBytes: number,
  indexesAtMost: number,
): Generator<readonly Contender[]> {
  for (let bits = 0; bits < 2 ** contenders.length; bits += 1) {
    const set = contenders.filter((_, position) => (bits & (1 << position)) !== 0);
    const bytes = set.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
    if (set.length <= indexesAtMost && bytes <= budgetBytes) yield set;
  }
}
