import type { Declined, Finding, Progress, Proof, Verification } from "@streamgate/core";
import type { Application, DeclinedStatement, SetProof } from "@streamgate/pg-advisor";
import type { FindingState } from "../store/finding-state.ts";
import { stateOfProof, stateOfVerification } from "../store/finding-state.ts";
import {
  type IndexSearch,
  type Observed,
  type Problem,
  STAGES,
  type Stage,
  type TurnEvent,
} from "./events.ts";
import { type Goal, reaches } from "./turn-options.ts";

/** A finding with all that has become of it in this turn. */
export interface FindingView {
  readonly finding: Finding;
  readonly state: FindingState;
  /** What is being done with it at this moment. */
  readonly activity: "proving" | "applying" | null;
  readonly proof: Proof | null;
  readonly proofFailure: string | null;
  readonly application: Application | null;
  /** Why the fix was not applied, or could not be. */
  readonly notApplied: string | null;
  readonly verification: Verification | null;
  readonly reversion: { readonly application: Application; readonly reason: string } | null;
  readonly revertFailure: string | null;
}

export interface StageView {
  readonly stage: Stage;
  /** `left out`: the goal does not include it. */
  readonly status: "waiting" | "running" | "done" | "cut short" | "left out";
  readonly startedAt: string | null;
  readonly durationMs: number | null;
  readonly progress: Progress | null;
}

/** A turn of the loop as it stands: what the page, the terminal and `--json` show. */
export interface TurnState {
  readonly run: string | null;
  readonly target: string;
  readonly goal: Goal;
  readonly status: "waiting" | "running" | "finished" | "failed" | "interrupted";
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly stages: readonly StageView[];
  readonly observed: Observed | null;
  readonly findings: readonly FindingView[];
  readonly declined: readonly Declined[];
  readonly declinedStatements: readonly DeclinedStatement[];
  /** How the indexes were found; null before, and where none were looked for. */
  readonly search: IndexSearch | null;
  /** Fixes measured together; null where fewer than two were proven. */
  readonly set: SetProof | null;
  readonly warnings: readonly string[];
  readonly problem: Problem | null;
}

/** What a finished turn reports. */
export type TurnReport = TurnState;

/** The state before anything has happened. */
export function initialState(target: string, goal: Goal): TurnState {
  return {
    run: null,
    target,
    goal,
    status: "waiting",
    startedAt: null,
    endedAt: null,
    stages: STAGES.map((stage) => ({
      stage,
      status: stage === "observe" || reaches(goal, stage) ? "waiting" : "left out",
      startedAt: null,
      durationMs: null,
      progress: null,
    })),
    observed: null,
    findings: [],
    declined: [],
    declinedStatements: [],
    search: null,
    set: null,
    warnings: [],
    problem: null,
  };
}

/** The state after one more event. */
export function afterEvent(state: TurnState, event: TurnEvent): TurnState {
  switch (event.kind) {
    case "turn started":
      return { ...state, run: event.run, status: "running", startedAt: event.at };
    case "stage started":
      return withStage(state, event.stage, { status: "running", startedAt: event.at });
    case "stage finished":
      return withStage(state, event.stage, {
        status: "done",
        durationMs: event.durationMs,
        progress: null,
      });
    case "progress":
      return withStage(state, event.stage, { progress: event.progress });
    case "observed":
      return { ...state, observed: event.observed };
    case "diagnosed":
      return {
        ...state,
        declined: event.declined,
        declinedStatements: event.declinedStatements,
        search: event.search,
      };
    case "finding":
      return { ...state, findings: [...state.findings, viewOf(event.finding, event.state)] };
    case "proof started":
      return withFinding(state, event.finding, { activity: "proving" });
    case "proof":
      return withFinding(state, event.finding, {
        activity: null,
        proof: event.proof,
        state: stateOfProof(event.proof.verdict),
      });
    case "proof failed":
      return withFinding(state, event.finding, { activity: null, proofFailure: event.reason });
    case "set proof":
      return { ...state, set: event.set };
    case "apply started":
      return withFinding(state, event.finding, { activity: "applying", state: "applying" });
    case "application":
      return withFinding(state, event.finding, {
        activity: null,
        application: event.application,
        state: "applied",
      });
    case "apply declined":
      return withFinding(state, event.finding, { notApplied: event.reason });
    case "apply failed":
      return withFinding(state, event.finding, {
        activity: null,
        notApplied: event.reason,
        state: "found",
      });
    case "verification":
      return withFinding(state, event.finding, {
        verification: event.verification,
        state: stateOfVerification(event.verification.verdict),
      });
    case "reversion":
      return withFinding(state, event.finding, {
        reversion: { application: event.application, reason: event.reason },
        state: "reverted",
      });
    case "revert failed":
      return withFinding(state, event.finding, { revertFailure: event.reason });
    case "server started":
    case "server stopped":
      return state;
    case "warning":
      return { ...state, warnings: [...state.warnings, event.message] };
    case "turn ended":
      return ended(state, event);
  }
}

/** A finding with which nothing was done. */
export function unprovenView(finding: Finding): FindingView {
  return viewOf(finding, "found");
}

function viewOf(finding: Finding, state: FindingState): FindingView {
  return {
    finding,
    state,
    activity: null,
    proof: null,
    proofFailure: null,
    application: null,
    notApplied: null,
    verification: null,
    reversion: null,
    revertFailure: null,
  };
}

function withStage(state: TurnState, stage: Stage, change: Partial<StageView>): TurnState {
  return {
    ...state,
    stages: state.stages.map((view) => (view.stage === stage ? { ...view, ...change } : view)),
  };
}

function withFinding(state: TurnState, id: string, change: Partial<FindingView>): TurnState {
  return {
    ...state,
    findings: state.findings.map((view) =>
      view.finding.id === id ? { ...view, ...change } : view,
    ),
  };
}

function ended(state: TurnState, event: TurnEvent & { readonly kind: "turn ended" }): TurnState {
  return {
    ...state,
    status: event.outcome,
    endedAt: event.at,
    problem: event.problem ?? null,
    stages: state.stages.map((view) =>
      view.status === "running" ? { ...view, status: "cut short", progress: null } : view,
    ),
  };
}
