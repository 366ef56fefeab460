import type { Finding, FindingKind, Proof, Severity, Verification } from "@streamgate/core";
import type { FieldsQuery, Figure, Instant, PageQuery } from "./basics.ts";
import type { PlanNodeView } from "./plans.ts";

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

/** One line of the ledger: what was predicted, and what came. */
export interface LedgerLine {
  readonly what: string;
  readonly predicted: Figure;
  readonly measured: Figure;
  readonly verified: Figure;
}

/** A row of two plans laid side by side. */
export interface PlanDiffRow {
  readonly depth: number;
  readonly before: Omit<PlanNodeView, "children"> | null;
  readonly after: Omit<PlanNodeView, "children"> | null;
  readonly change: "same" | "changed" | "gone" | "new";
}

/** One statement of a proof, ready to be drawn. */
export interface ProvenStatement {
  readonly fingerprint: string;
  readonly text: string;
  readonly role: "affected" | "bystander";
  readonly before: { readonly p50: Figure; readonly p95: Figure; readonly runs: number };
  readonly after: { readonly p50: Figure; readonly p95: Figure; readonly runs: number };
  readonly speedupOfMedian: Figure;
  readonly speedupOfP95: Figure;
  /** after − before at each decile, with its interval: the quantile shift. */
  readonly shift: readonly { readonly quantile: number; readonly differenceMs: Figure }[];
  /** The two distributions: density at each of the instants of `atMs`. */
  readonly density: {
    readonly atMs: readonly number[];
    readonly before: readonly number[];
    readonly after: readonly number[];
  };
  readonly results: string;
  readonly plan: readonly PlanDiffRow[];
  readonly usesFix: boolean;
  /** What was sent in its place; absent where a fix was proven. */
  readonly replacedBy?: string;
}

export interface ProofView {
  readonly recommendation: RecommendationSummary;
  readonly verdict: Proof["verdict"] | null;
  readonly explanation: string;
  /** The proof as it was recorded; null where there is none yet. */
  readonly proof: Proof | null;
  readonly statements: readonly ProvenStatement[];
  readonly ledger: readonly LedgerLine[];
  /** What got worse, or might: write cost, disk, bystanders. */
  readonly sideEffects: readonly {
    readonly what: string;
    readonly figure: Figure;
    readonly isHarm: boolean;
  }[];
  readonly verification: Verification | null;
  /** What was not touched, and how much it moved by itself. */
  readonly control: { readonly statements: number; readonly drift: Figure } | null;
  /** The SQL that takes it back. */
  readonly undo: readonly string[];
}

/** How well predictions of time saved held on one database: of all fixes that a lab or production judged. */
export interface TrackRecord {
  /** Predictions that were judged. */
  readonly judged: number;
  /** How many of them were 0.8 to 1.25 times what was measured. */
  readonly withinBand: number;
  /** predicted ÷ measured, the median: above 1 promised too much. */
  readonly medianRatio: number;
  /** predicted ÷ measured of this recommendation; null where it was not judged. */
  readonly own: number | null;
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
