import type { Finding } from "@streamgate/core";
import type { AdviseDropsInput, ChoiceOptions } from "@streamgate/pg-advisor";

/** How far a turn of the loop goes. */
const GOALS = ["diagnose", "prove", "apply", "verify"] as const;
export type Goal = (typeof GOALS)[number];

/** Where the workload comes from. */
export type Observation =
  | { readonly kind: "since reset" }
  | { readonly kind: "window"; readonly ms: number }
  | { readonly kind: "file"; readonly text: string };

/** Where proofs run: rows copied into an embedded PostgreSQL, or a database that the user named. */
export type LabChoice =
  | { readonly kind: "copy" }
  | { readonly kind: "named"; readonly url: string };

/** What one turn of the loop is to do. */
export interface TurnOptions {
  readonly connectionString: string;
  /** How the store names the database. @default host:port/database of the connection string */
  readonly targetName?: string;
  readonly goal: Goal;
  /** @default counters since their reset */
  readonly observation?: Observation;
  /** @default copy */
  readonly lab?: LabChoice;
  /** Folder for the disposable servers of this turn alone. */
  readonly folder: string;
  /** Folder for what embedded servers share. */
  readonly sharedFolder: string;
  /** Apply fixes that were not proven, too. @default false */
  readonly allowsUnproven?: boolean;
  /** How many findings are proven, those that save most first. @default 10 */
  readonly proofLimit?: number;
  /** How long production is watched after the applies. @default 300000 */
  readonly verifyMs?: number;
  /** How long it is watched before them, at the most. @default 120000 */
  readonly longestBeforeMs?: number;
  /** Into how many windows each of the two is cut. @default as the length allows, at most 12 */
  readonly verifyWindows?: number | null;
  /** Ids of findings in the store: the turn deals with these and looks for no others. @default null: looks for all */
  readonly onlyFindings?: readonly string[] | null;
  /** Who let fixes be applied, as the store remembers it. @default approved */
  readonly approval?: string;
  /** A proof in the store that is no older than this is not made again. @default 0: every proof is made */
  readonly proofMaxAgeMs?: number;
  /** Budget, number and time of the choice of indexes. @default as `chooseIndexes` */
  readonly choice?: ChoiceOptions;
  /** Standbys whose use of indexes counts as the database's own. @default none */
  readonly replicaUrls?: readonly string[];
  /** What traced processes tell of how they ask. @default nothing */
  readonly told?: () => readonly Finding[];
  /** What was remembered of earlier looks at its indexes. @default nothing: they are seen for the first time */
  readonly watchedIndexes?: NonNullable<AdviseDropsInput["watched"]>;
}

export type ResolvedTurnOptions = Required<TurnOptions>;

export const TURN_DEFAULTS: Required<
  Omit<TurnOptions, "connectionString" | "targetName" | "goal" | "folder" | "sharedFolder">
> = {
  observation: { kind: "since reset" },
  lab: { kind: "copy" },
  allowsUnproven: false,
  proofLimit: 10,
  verifyMs: 300_000,
  longestBeforeMs: 120_000,
  verifyWindows: null,
  onlyFindings: null,
  approval: "approved",
  proofMaxAgeMs: 0,
  choice: {},
  replicaUrls: [],
  told: () => [],
  watchedIndexes: [],
};

/** Whether the goal includes the stage that `wanted` names. */
export function reaches(goal: Goal, wanted: Goal): boolean {
  return GOALS.indexOf(goal) >= GOALS.indexOf(wanted);
}
