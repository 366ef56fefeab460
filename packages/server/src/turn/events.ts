import type { Declined, Finding, Progress, Proof, Verification } from "@streamgate/core";
import type {
  Application,
  ChoiceBound,
  DeclinedStatement,
  ParetoPoint,
  ServerFacts,
  SetProof,
  TimeModel,
  WorkloadWindow,
} from "@streamgate/pg-advisor";
import type { FindingState } from "../store/finding-state.ts";
import type { Goal } from "./turn-options.ts";

/** The stages of the loop, in order. */
export const STAGES = ["observe", "diagnose", "prove", "apply", "verify"] as const;
export type Stage = (typeof STAGES)[number];

/** What a disposable server is for. */
export type ServerRole = "twin" | "lab";

/** What was seen of the database. */
export interface Observed {
  readonly server: ServerFacts;
  readonly window: WorkloadWindow;
  readonly statements: number;
  readonly calls: number;
  readonly totalMs: number;
  readonly tables: number;
  readonly indexes: number;
}

/** How good the set of advised indexes is known to be. Its figures are `estimated`. */
export interface IndexSearch extends ChoiceBound {
  readonly sizeBytes: number;
  readonly plannerCalls: number;
  readonly plannerCallsSaved: number;
  readonly timeModel: TimeModel | null;
  /** What smaller budgets would buy; empty where nobody asked. */
  readonly pareto: readonly ParetoPoint[];
}

/** Everything that happens in a turn, in the order in which it happens. Plain data. */
export type TurnEvent = { readonly at: string } & (
  | {
      readonly kind: "turn started";
      readonly run: string;
      readonly target: string;
      readonly goal: Goal;
    }
  | { readonly kind: "stage started"; readonly stage: Stage }
  | { readonly kind: "stage finished"; readonly stage: Stage; readonly durationMs: number }
  | { readonly kind: "progress"; readonly stage: Stage; readonly progress: Progress }
  | { readonly kind: "observed"; readonly observed: Observed }
  | {
      readonly kind: "diagnosed";
      readonly declined: readonly Declined[];
      readonly declinedStatements: readonly DeclinedStatement[];
      /** Null where no indexes were looked for. */
      readonly search: IndexSearch | null;
    }
  | { readonly kind: "finding"; readonly finding: Finding; readonly state: FindingState }
  | { readonly kind: "proof started"; readonly finding: string }
  | { readonly kind: "proof"; readonly finding: string; readonly proof: Proof }
  | { readonly kind: "proof failed"; readonly finding: string; readonly reason: string }
  /** Fixes that were proven alone, measured together. */
  | { readonly kind: "set proof"; readonly set: SetProof }
  | { readonly kind: "apply started"; readonly finding: string }
  | { readonly kind: "application"; readonly finding: string; readonly application: Application }
  /** The fix was not applied, with the reason. */
  | { readonly kind: "apply declined"; readonly finding: string; readonly reason: string }
  | { readonly kind: "apply failed"; readonly finding: string; readonly reason: string }
  | { readonly kind: "verification"; readonly finding: string; readonly verification: Verification }
  | {
      readonly kind: "reversion";
      readonly finding: string;
      readonly application: Application;
      readonly reason: string;
    }
  | { readonly kind: "revert failed"; readonly finding: string; readonly reason: string }
  /** A disposable server of this turn came up, so that its memory can be watched. */
  | { readonly kind: "server started"; readonly role: ServerRole; readonly pid: number }
  | { readonly kind: "server stopped"; readonly role: ServerRole }
  | { readonly kind: "warning"; readonly message: string }
  | {
      readonly kind: "turn ended";
      readonly outcome: "finished" | "failed" | "interrupted";
      readonly problem?: Problem;
    }
);

/** An event before it is stamped with its instant. */
export type UnstampedEvent = TurnEvent extends infer Event
  ? Event extends { readonly at: string }
    ? Omit<Event, "at">
    : never
  : never;

/** Why a turn could not be finished, as a person reads it. */
export interface Problem {
  readonly code: string;
  readonly tried: string;
  readonly happened: string;
  readonly remedy: string;
}
