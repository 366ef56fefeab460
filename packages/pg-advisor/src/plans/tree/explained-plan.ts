import type { ExplainedNode } from "./explained-node.ts";

/** One plan with everything that EXPLAIN said of it, whatever the form in which it came. */
export interface ExplainedPlan {
  readonly form: "text" | "json";
  readonly root: ExplainedNode;
  /** Whether the statement ran: EXPLAIN ANALYZE, or auto_explain with log_analyze. */
  readonly isAnalyzed: boolean;
  /** Whether its nodes have times: not under TIMING OFF. */
  readonly hasTimes: boolean;
  readonly planningMs: number | null;
  readonly executionMs: number | null;
  /** What auto_explain measured around the whole execution. */
  readonly durationMs: number | null;
  /** The statement, where the plan came from auto_explain. */
  readonly statement: string | null;
  readonly jit: JitFacts | null;
  readonly triggers: readonly TriggerFacts[];
  /** Planner settings that were not their defaults, under SETTINGS. */
  readonly settings: Readonly<Record<string, string>>;
  readonly queryId: string | null;
  readonly serialization: SerializationFacts | null;
  /** All else beside the tree under the names of EXPLAIN (FORMAT JSON): `Planning` with its buffers and memory, … */
  readonly properties: Properties;
  /** What is missing or odd, as sentences. */
  readonly warnings: readonly string[];
}

/** Values under the names that EXPLAIN (FORMAT JSON) gives them. */
export type Properties = Readonly<Record<string, unknown>>;

/** What just-in-time compilation did; times are 0 under TIMING OFF. */
export interface JitFacts {
  readonly functions: number;
  readonly generationMs: number;
  readonly inliningMs: number;
  readonly optimizationMs: number;
  readonly emissionMs: number;
  readonly totalMs: number;
}

/** One trigger, or constraint, that fired. */
export interface TriggerFacts {
  readonly name: string;
  readonly constraint: string | null;
  readonly relation: string | null;
  /** Null under TIMING OFF. */
  readonly timeMs: number | null;
  readonly calls: number;
}

/** What EXPLAIN (SERIALIZE) says of turning rows into what the client reads, from 17 on. */
export interface SerializationFacts {
  readonly timeMs: number | null;
  readonly outputBytes: number;
  readonly format: string;
}
