import type { Finding, FindingKind, Severity } from "@streamgate/core";
import type { FieldsQuery, Figure, Instant, PageQuery } from "./basics.ts";
import type { ProofView, TrackRecord } from "./proofs.ts";

/** What has become of a finding. */
export type RecommendationState =
  | "found"
  | "proven"
  | "not proven"
  | "harmful in the lab"
  | "applying"
  | "applied"
  | "verified"
  | "no change"
  | "harmful"
  | "inconclusive"
  | "reverting"
  | "reverted"
  | "dismissed";

export type RecommendationAct = "prove" | "apply" | "verify" | "revert" | "dismiss" | "restore";

/** Which one is meant where two databases have a finding of one id; 409 tells their names. */
export interface RecommendationQuery extends FieldsQuery {
  /** @maxLength 200 */
  readonly target?: string;
}

export interface RecommendationSummary {
  readonly id: string;
  /** The database or the service. */
  readonly target: string;
  readonly kind: FindingKind;
  readonly severity: Severity;
  readonly state: RecommendationState;
  readonly stateSince: Instant;
  readonly subject: string;
  readonly summary: string;
  /** In each hour, by the best evidence that there is. */
  readonly saved: Figure;
  /** What can be done with it now. */
  readonly acts: readonly RecommendationAct[];
  readonly href: string;
}

export interface RecommendationsQuery extends PageQuery, FieldsQuery {
  /**
   * One or more, with commas between; `open` is what still wants something done.
   *
   * @maxLength 300
   */
  readonly state?: string;
  /**
   * Of findings, or an area: `index/missing`, `index`.
   *
   * @maxLength 100
   */
  readonly kind?: string;
  /** At least so severe. */
  readonly severity?: Severity;
  /** @maxLength 200 */
  readonly target?: string;
  /** @maxLength 200 */
  readonly search?: string;
  /** @default "saved" */
  readonly sort?: "saved" | "severity" | "age" | "state";
}

export interface RecommendationPage {
  readonly items: readonly RecommendationSummary[];
  readonly next: string | null;
  readonly total: number;
  /** How many there are in each state, whatever the filter says. */
  readonly states: Readonly<Record<string, number>>;
}

export interface RecommendationView {
  readonly recommendation: RecommendationSummary;
  readonly finding: Finding;
  /** Null where nothing was judged yet. */
  readonly trackRecord: TrackRecord | null;
  readonly proof: ProofView | null;
  readonly applications: readonly {
    readonly direction: "apply" | "revert";
    readonly reason: string;
    readonly startedAt: Instant;
    readonly endedAt: Instant | null;
    readonly outcome: "done" | "failed" | "cut short" | null;
  }[];
  readonly jobs: readonly Job[];
}

export interface ActRequest {
  /** Acts on a database want it said: true. */
  readonly confirm: boolean;
  /**
   * Why, for the audit log.
   *
   * @maxLength 1000
   */
  readonly reason?: string;
  /** Of `apply`: also where nothing was proven. @default false */
  readonly allowsUnproven?: boolean;
  /**
   * Of `apply` and `verify`: how long production is watched.
   *
   * @minimum 1000
   * @maximum 86400000
   */
  readonly watchMs?: number;
}

/** Something that StreamGate does, or did, in the background. */
export interface Job {
  readonly id: string;
  readonly kind: "observe" | "prove" | "apply" | "verify" | "revert";
  readonly target: string;
  readonly finding: string | null;
  readonly state: "waiting" | "running" | "done" | "failed" | "interrupted";
  readonly requestedBy: string;
  readonly requestedAt: Instant;
  readonly startedAt: Instant | null;
  readonly endedAt: Instant | null;
  /** What it does at this moment: `prove: copying public.users`. */
  readonly activity: string;
  /** 0 to 1; null where that is not known. */
  readonly progress: number | null;
  readonly problem: string | null;
  /** What came of it, in one sentence. */
  readonly outcome: string | null;
}

export interface JobPage {
  readonly items: readonly Job[];
  readonly next: string | null;
}

export interface JobsQuery extends PageQuery, FieldsQuery {
  /** @maxLength 200 */
  readonly finding?: string;
}

export interface ObserveRequest {
  /** @maxLength 200 */
  readonly target: string;
}

export interface RecommendationOperations {
  /** What StreamGate found and advises. */
  readonly listRecommendations: {
    readonly method: "GET";
    readonly path: "/recommendations";
    readonly scope: "read";
    readonly query: RecommendationsQuery;
    readonly result: RecommendationPage;
  };
  /** One recommendation with all that has become of it. */
  readonly getRecommendation: {
    readonly method: "GET";
    readonly path: "/recommendations/:id";
    readonly scope: "read";
    readonly parameters: { readonly id: string };
    readonly query: RecommendationQuery;
    readonly result: RecommendationView;
  };
  /** Its proof. */
  readonly getProof: {
    readonly method: "GET";
    readonly path: "/recommendations/:id/proof";
    readonly scope: "read";
    readonly parameters: { readonly id: string };
    readonly query: RecommendationQuery;
    readonly result: ProofView;
  };
  /** Tries the fix where it can hurt nobody. */
  readonly proveRecommendation: {
    readonly method: "POST";
    readonly path: "/recommendations/:id/prove";
    readonly scope: "act";
    readonly status: 202;
    readonly parameters: { readonly id: string };
    readonly query: RecommendationQuery;
    readonly body: ActRequest;
    readonly result: Job;
  };
  /** Applies the fix under guard and watches what production says. */
  readonly applyRecommendation: {
    readonly method: "POST";
    readonly path: "/recommendations/:id/apply";
    readonly scope: "act";
    readonly status: 202;
    readonly parameters: { readonly id: string };
    readonly query: RecommendationQuery;
    readonly body: ActRequest;
    readonly result: Job;
  };
  /** Watches production again after an apply. */
  readonly verifyRecommendation: {
    readonly method: "POST";
    readonly path: "/recommendations/:id/verify";
    readonly scope: "act";
    readonly status: 202;
    readonly parameters: { readonly id: string };
    readonly query: RecommendationQuery;
    readonly body: ActRequest;
    readonly result: Job;
  };
  /** Takes the fix back. */
  readonly revertRecommendation: {
    readonly method: "POST";
    readonly path: "/recommendations/:id/revert";
    readonly scope: "act";
    readonly status: 202;
    readonly parameters: { readonly id: string };
    readonly query: RecommendationQuery;
    readonly body: ActRequest;
    readonly result: Job;
  };
  /** Says that it is not wanted; it comes back only when somebody takes that back. */
  readonly dismissRecommendation: {
    readonly method: "POST";
    readonly path: "/recommendations/:id/dismiss";
    readonly scope: "act";
    readonly parameters: { readonly id: string };
    readonly query: RecommendationQuery;
    readonly body: ActRequest;
    readonly result: RecommendationSummary;
  };
  /** Takes a dismissal back. */
  readonly restoreRecommendation: {
    readonly method: "POST";
    readonly path: "/recommendations/:id/restore";
    readonly scope: "act";
    readonly parameters: { readonly id: string };
    readonly query: RecommendationQuery;
    readonly body: ActRequest;
    readonly result: RecommendationSummary;
  };
  /** What StreamGate does and did in the background, the latest first. */
  readonly listJobs: {
    readonly method: "GET";
    readonly path: "/jobs";
    readonly scope: "read";
    readonly query: JobsQuery;
    readonly result: JobPage;
  };
  /** One job. */
  readonly getJob: {
    readonly method: "GET";
    readonly path: "/jobs/:id";
    readonly scope: "read";
    readonly parameters: { readonly id: string };
    readonly result: Job;
  };
  /** Ends a job that waits or runs; what it began is cleaned up. */
  readonly cancelJob: {
    readonly method: "DELETE";
    readonly path: "/jobs/:id";
    readonly scope: "act";
    readonly parameters: { readonly id: string };
    readonly result: Job;
  };
  /** Looks at a database now: observe and diagnose. */
  readonly observeNow: {
    readonly method: "POST";
    readonly path: "/jobs";
    readonly scope: "act";
    readonly status: 202;
    readonly body: ObserveRequest;
    readonly result: Job;
  };
}
