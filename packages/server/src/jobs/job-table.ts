import type { StorePool, StoreQuery } from "../platform/store-pool.ts";
import { storableDocument, storableText } from "../store/storable.ts";
import type { JobEnd, JobKind, JobOptions, JobRequest, StoredJob } from "./job.ts";
import * as sql from "./job-queries.ts";

/** The jobs in the store. */
export interface JobTable {
  /** The job that does it: a new one, or the one that was asked for before. Undefined where too many wait. */
  ask(request: JobRequest): Promise<StoredJob | undefined>;
  open(): Promise<readonly StoredJob[]>;
  /** Differs from the last answer when anything has changed since. */
  latestChange(): Promise<string>;
  /** Makes a waiting job this instance's; undefined where it cannot be. The job's lock is held by the caller. */
  claim(id: string): Promise<StoredJob | undefined>;
  /** Changes nothing where the job is no longer this instance's. */
  tell(id: string, activity: string, progress: number | null): Promise<void>;
  end(id: string, end: JobEnd): Promise<void>;
  /** Ends a job whose instance has gone. */
  abandon(job: StoredJob): Promise<StoredJob | undefined>;
  cancel(id: string, by: string): Promise<StoredJob | undefined>;
  find(id: string): Promise<StoredJob | undefined>;
  list(filter: {
    readonly finding?: string | undefined;
    readonly target?: string | undefined;
    readonly below?: string | undefined;
    readonly limit: number;
  }): Promise<readonly StoredJob[]>;
}

const MOST_WAITING = 200;
/** What was done is in the audit log for good. */
const MOST_KEPT = 10_000;
/** SQLSTATE unique_violation: another instance began on the same target at the same moment. */
const UNIQUE_VIOLATION = "23505";

export function jobTable({ query }: Pick<StorePool, "query">, instance: string): JobTable {
  const one = async (text: string, values: readonly unknown[]): Promise<StoredJob | undefined> =>
    (await jobs(query, text, values))[0];
  return {
    ask: async ({ kind, target, finding, requestedBy, reason, options }) => {
      const about = [kind, target, finding ?? null];
      const asked = await one(sql.ASK_FOR_JOB, [
        ...about,
        storableDocument(options ?? {}),
        storableText(requestedBy),
        reason === undefined ? null : storableText(reason),
        MOST_WAITING,
      ]);
      return asked ?? one(sql.FIND_ASKED_FOR, about);
    },
    open: () => jobs(query, sql.OPEN_JOBS, []),
    latestChange: async () =>
      (await query<{ readonly latest: string }>(sql.LATEST_CHANGE))[0]?.latest ?? "",
    claim: (id) =>
      one(sql.CLAIM_JOB, [id, instance]).catch((error: unknown) => {
        if ((error as { readonly code?: unknown }).code === UNIQUE_VIOLATION) return undefined;
        throw error;
      }),
    tell: async (id, activity, progress) => {
      await query(sql.TELL_PROGRESS, [id, instance, storableText(activity), progress]);
    },
    end: async (id, end) => {
      const outcome = end.state === "done" ? storableText(end.outcome) : null;
      const problem = end.state === "done" ? null : storableText(end.problem);
      await query(sql.END_JOB, [id, instance, end.state, outcome, problem]);
      await query(sql.FORGET_JOBS, [id, MOST_KEPT]);
    },
    abandon: ({ id, instance: owner }) =>
      one(sql.ABANDON_JOB, [id, owner, `${owner ?? "the instance"} that did it has gone`]),
    cancel: (id, by) => one(sql.CANCEL_JOB, [id, storableText(by)]),
    find: (id) => one(sql.JOB_BY_ID, [id]),
    list: ({ finding, target, below, limit }) =>
      jobs(query, sql.JOBS_LATEST_FIRST, [
        finding === undefined ? null : storableText(finding),
        target ?? null,
        below ?? null,
        limit,
      ]),
  };
}

interface JobRow {
  readonly id: string;
  readonly kind: JobKind;
  readonly target: string;
  readonly finding: string | null;
  readonly options: JobOptions;
  readonly requested_by: string;
  readonly reason: string | null;
  readonly requested_at: Date;
  readonly state: StoredJob["state"];
  readonly instance: string | null;
  readonly started_at: Date | null;
  readonly ended_at: Date | null;
  readonly activity: string;
  readonly progress: number | null;
  readonly problem: string | null;
  readonly outcome: string | null;
  readonly cancelled_by: string | null;
}

async function jobs(
  query: StoreQuery,
  text: string,
  values: readonly unknown[],
): Promise<readonly StoredJob[]> {
  return (await query<JobRow>(text, values)).map((row) => ({
    id: String(row.id),
    kind: row.kind,
    target: row.target,
    finding: row.finding,
    state: row.state,
    requestedBy: row.requested_by,
    requestedAt: row.requested_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    endedAt: row.ended_at?.toISOString() ?? null,
    activity: row.activity,
    progress: row.progress,
    problem: row.problem,
    outcome: row.outcome,
    options: row.options,
    reason: row.reason,
    instance: row.instance,
    cancelledBy: row.cancelled_by,
  }));
}
