import type { Job } from "@streamgate/contract";

export type JobKind = Job["kind"];

/** What a job is told beside what it is about. */
export interface JobOptions {
  /** Of `apply`: also where nothing was proven. */
  readonly allowsUnproven?: boolean;
  /** Of `apply` and `verify`: how long production is watched. */
  readonly watchMs?: number;
}

/** A job that is asked for. */
export interface JobRequest {
  readonly kind: JobKind;
  /** Name of the watched database. */
  readonly target: string;
  /** Id of the finding; undefined for `observe`. */
  readonly finding?: string;
  /** Who asked, for people. */
  readonly requestedBy: string;
  readonly reason?: string;
  readonly options?: JobOptions;
}

/** A job as the store keeps it. */
export interface StoredJob extends Job {
  readonly options: JobOptions;
  readonly reason: string | null;
  readonly instance: string | null;
  readonly cancelledBy: string | null;
}

/** How a job ended. */
export type JobEnd =
  | { readonly state: "done"; readonly outcome: string }
  | { readonly state: "failed" | "interrupted"; readonly problem: string };

/** What a job's work is given. */
export interface JobTools {
  /** Aborted when the job is to end early: the work cleans up, and throws. */
  readonly signal: AbortSignal;
  /** Says what is done at this moment, and how much of it: 0 to 1, or null. */
  readonly tell: (activity: string, progress: number | null) => void;
}

/** Does a job. @returns what came of it, in one sentence @throws what went wrong */
export type JobWork = (job: StoredJob, tools: JobTools) => Promise<string>;

/** Kinds that change the watched database: one that is cut short may leave something behind. */
export function changesTarget(kind: JobKind): boolean {
  return kind === "apply" || kind === "verify" || kind === "revert";
}

/** As whoever asks the API sees it. */
export function shownJob(job: StoredJob): Job {
  const { options: _, reason: __, instance: ___, cancelledBy: ____, ...shown } = job;
  return shown;
}
