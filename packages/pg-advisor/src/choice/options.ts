import { badChoiceOption } from "./errors.ts";

/** How an index earns its place. */
export interface ChoiceOptions {
  /** Indexes advised at the most. @default 20 */
  readonly indexesAtMost?: number;
  /** Disk space for all advised indexes together, in bytes. @default Infinity */
  readonly budgetBytes?: number;
  /** A statement counts as helped when it loses at least this share of its cost, 0 to 1. @default 0.05 */
  readonly minimumShareOfStatement?: number;
  /** An index must save this share of the workload's time, or `minimumSavedMsPerHour`. @default 0.005, 0.001 within a budget */
  readonly minimumShareOfWorkload?: number;
  /** @default 1000 */
  readonly minimumSavedMsPerHour?: number;
  /** Costliest statements that are planned. @default 5000 */
  readonly statementsAtMost?: number;
  /** The costliest, which are planned with all their samples; others with their most frequent one. @default 500 */
  readonly statementsWithAllSamples?: number;
  /** Statements are planned, costliest first, until they hold this share of the time. @default 0.999 */
  readonly shareOfTimeWeighed?: number;
  /** Plans asked for at the most; what is left then is `not-evaluated`. @default 100000 */
  readonly plannerCallsAtMost?: number;
  /** What a gigabyte of index must save beyond a smaller one, in milliseconds an hour. @default 1000 */
  readonly storageMsPerHourPerGigabyte?: number;
  /**
   * Milliseconds that one more B-tree costs each row that enters it: descent, insertion and WAL. An
   * estimate: 5–20 µs on a warm server; the proof measures it. @default 0.01
   */
  readonly writeMsPerRow?: number;
  /**
   * How long to search, in milliseconds: the best set so far is advised then. Without it the same snapshot and seed give the same
   * advice; where time ends the search, what is found depends on the machine. @default Infinity
   */
  readonly timeMs?: number;
  /** A statement may take so many times its time of today, at least 1, before an index goes for it. @default 1.05 */
  readonly slowdownAtMost?: number;
  /** Whether to find the best sets for smaller budgets, too. @default false */
  readonly pareto?: boolean;
}

export type ResolvedChoiceOptions = Required<ChoiceOptions>;

const DEFAULTS: ResolvedChoiceOptions = {
  indexesAtMost: 20,
  budgetBytes: Number.POSITIVE_INFINITY,
  minimumShareOfStatement: 0.05,
  minimumShareOfWorkload: 0.005,
  minimumSavedMsPerHour: 1_000,
  statementsAtMost: 5_000,
  statementsWithAllSamples: 500,
  shareOfTimeWeighed: 0.999,
  plannerCallsAtMost: 100_000,
  storageMsPerHourPerGigabyte: 1_000,
  writeMsPerRow: 0.01,
  timeMs: Number.POSITIVE_INFINITY,
  slowdownAtMost: 1.05,
  pareto: false,
};

/** Whoever sets space aside for indexes wants it used where that pays: the space is the limit then. */
const MINIMUM_SHARE_WITHIN_BUDGET = 0.001;

const SHARES: ReadonlySet<string> = new Set([
  "minimumShareOfStatement",
  "minimumShareOfWorkload",
  "shareOfTimeWeighed",
]);

/** @throws StreamGateError `SG_PG_BAD_CHOICE_OPTION` */
export function resolveChoiceOptions(options: ChoiceOptions = {}): ResolvedChoiceOptions {
  const isWithinBudget = Number.isFinite(options.budgetBytes ?? DEFAULTS.budgetBytes);
  const resolved = {
    ...DEFAULTS,
    ...(isWithinBudget ? { minimumShareOfWorkload: MINIMUM_SHARE_WITHIN_BUDGET } : {}),
    ...options,
  };
  for (const [name, value] of Object.entries(resolved)) {
    if (typeof value === "boolean") continue;
    const most = SHARES.has(name) ? 1 : Number.POSITIVE_INFINITY;
    if (!(value >= 0 && value <= most)) {
      throw badChoiceOption(name, value, most);
    }
  }
  return resolved;
}
