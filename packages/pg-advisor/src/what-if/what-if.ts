import type { Candidate } from "../candidates/candidate.ts";
import type { PlanNode } from "../plans/plan.ts";
import type { RelationName } from "../snapshot/snapshot.ts";
import type { ParameterSample } from "../workload/workload.ts";

/** Which indexes a plan may use beside those that the database has. */
export interface Configuration {
  /** Ids of defined candidates that exist in this world. */
  readonly present: readonly string[];
  /** Existing indexes that do not. */
  readonly absent: readonly RelationName[];
}

/**
 * Plans statements in worlds that do not exist: on the twin, or by HypoPG on the watched server.
 * Nothing is executed.
 */
export interface WhatIf {
  readonly name: "twin" | "hypopg";
  /** Type names of `$1`, `$2`, …, as the planner infers them; rejects where the text cannot be planned. */
  parameterTypes(text: string): Promise<readonly string[]>;
  /**
   * Makes candidates known; may be called again with more. One that cannot be made (its column has
   * no order, say) stops no other; whoever uses it is told why.
   */
  define(candidates: readonly Candidate[]): Promise<void>;
  /**
   * Names under which plans tell of a defined candidate: its own, and on a partitioned table those of the partitions. Where it is missing,
   * plans tell the candidate's id.
   *
   * @throws StreamGateError `SG_PG_CANDIDATE_UNKNOWN`
   */
  indexNames?(candidateId: string): readonly RelationName[];
  /**
   * Predicted size of a defined candidate, in bytes.
   *
   * @throws StreamGateError `SG_PG_CANDIDATE_UNKNOWN`
   */
  sizeBytes(candidateId: string): number;
  /**
   * The plan of a statement in a configuration. Values are literals of the parameters' types.
   *
   * @throws StreamGateError `SG_PG_CANDIDATE_UNKNOWN`, `SG_PG_STATEMENT_REFUSED`,
   *   `SG_PG_STATEMENT_NOT_PLANNED`
   */
  plan(
    text: string,
    sample: ParameterSample | "generic",
    configuration: Configuration,
  ): Promise<PlanNode>;
  /** The same for several statements at once; a statement that cannot be planned yields its error. */
  planMany(
    requests: readonly { readonly text: string; readonly sample: ParameterSample | "generic" }[],
    configuration: Configuration,
  ): Promise<readonly (PlanNode | Error)[]>;
  /** Where the costs of a statement come from, once it was asked about. @default as `name` says */
  plannerOf?(text: string): WhatIf["name"];
  close(): Promise<void>;
}
