import { rm } from "node:fs/promises";
import { type Clock, type Finding, type Random, seededRandom } from "@streamgate/core";
import type { DataFolder } from "../configuration/data-folder.ts";
import { makeRunFolder } from "../configuration/run-folder.ts";
import { databaseUnknown, findingUnknown, nothingToRevert } from "../errors.ts";
import type { PlatformConfiguration, WatchedDatabase } from "../platform/platform-configuration.ts";
import { databaseOf } from "../recommendations/database-of.ts";
import { RECENT_PROOF_MS } from "../store/recent-proof.ts";
import type { Store } from "../store/store.ts";
import type { TurnEvent } from "../turn/events.ts";
import type { Instruments } from "../turn/instruments.ts";
import { revertStanding } from "../turn/revert-standing.ts";
import { runTurn } from "../turn/run-turn.ts";
import type { TurnContext } from "../turn/turn-context.ts";
import { type Goal, TURN_DEFAULTS, type TurnOptions } from "../turn/turn-options.ts";
import { verifyAgain } from "../turn/verify-again.ts";
import type { JobTools, JobWork, StoredJob } from "./job.ts";
import { outcomeOf } from "./job-outcome.ts";
import { progressOf, shareOf } from "./job-progress.ts";

/** What the work of jobs is made of. */
export interface JobWorkParts {
  readonly configuration: () => PlatformConfiguration;
  readonly store: Store;
  readonly folder: DataFolder;
  readonly clock: Clock;
  readonly random: Random;
  readonly instruments: Instruments;
  /** What is remembered of the indexes of a database, by its name. @default nothing */
  readonly watchedIndexes?: (
    database: string,
  ) => Promise<NonNullable<TurnOptions["watchedIndexes"]>>;
  /** What traced processes tell of how they ask. @default nothing */
  readonly told?: () => readonly Finding[];
  /** Hears every event of a turn. */
  readonly onEvent?: (event: TurnEvent) => void;
}

const GOALS = { observe: "diagnose", prove: "prove", apply: "verify", verify: "verify" } as const;

/** Does jobs by turns of the loop. */
export function createJobWork(parts: JobWorkParts): JobWork {
  return async (job, tools) => {
    const database = databaseOf(parts.configuration().databases, job.target);
    if (database === undefined) throw databaseUnknown(job.target);
    const { kind } = job;
    if (kind === "revert") return takeBack(parts, job, database, tools);
    const folder = await makeRunFolder(parts.folder);
    try {
      const goal = GOALS[kind];
      const context = contextOf(parts, tools);
      const onEvent = (event: TurnEvent): void => hear(parts, goal, event, tools);
      const watchedIndexes = (await parts.watchedIndexes?.(database.name)) ?? [];
      const options = {
        ...turnOptions(parts, job, database),
        folder,
        watchedIndexes,
        ...(parts.told === undefined ? {} : { told: parts.told }),
      };
      const report =
        kind === "verify"
          ? await verifyAgain(findingOf(job), options, parts.store, context, onEvent)
          : await runTurn({ ...options, goal }, parts.store, context, onEvent);
      return outcomeOf(kind, report);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  };
}

function turnOptions(
  { folder }: JobWorkParts,
  { kind, target, finding, options, requestedBy }: StoredJob,
  { url, labUrl, replicaUrls = [] }: WatchedDatabase,
): Omit<TurnOptions, "goal" | "folder"> {
  return {
    connectionString: url,
    replicaUrls,
    targetName: target,
    sharedFolder: folder.root,
    lab: labUrl === undefined ? { kind: "copy" } : { kind: "named", url: labUrl },
    onlyFindings: finding === null ? null : [finding],
    allowsUnproven: options.allowsUnproven ?? false,
    verifyMs: options.watchMs ?? TURN_DEFAULTS.verifyMs,
    approval: `approved by ${requestedBy}`,
    // Who asks for a proof wants it made; who applies relies on the one that was shown.
    proofMaxAgeMs: kind === "apply" ? RECENT_PROOF_MS : 0,
  };
}

/** Whoever asked for the job has confirmed it. */
function contextOf(
  { clock, random, instruments }: JobWorkParts,
  { signal }: JobTools,
): TurnContext {
  const seeded = seededRandom(random.integer(2 ** 31));
  return { clock, random: seeded, signal, instruments, confirm: async () => true };
}

function hear(parts: JobWorkParts, goal: Goal, event: TurnEvent, { tell }: JobTools): void {
  parts.onEvent?.(event);
  const done = progressOf(event, goal);
  if (done !== undefined) tell(done.activity, done.progress);
}

async function takeBack(
  parts: JobWorkParts,
  job: StoredJob,
  { url }: WatchedDatabase,
  tools: JobTools,
): Promise<string> {
  const { store, instruments } = parts;
  const id = findingOf(job);
  const entry = (await store.findingsWithId(id)).find(
    (one) => one.id === id && one.target === job.target,
  );
  if (entry === undefined) throw findingUnknown(id, []);
  const { fix } = entry.finding;
  if (fix === undefined) throw nothingToRevert(id, entry.state);
  const reason = `${job.requestedBy}${job.reason === null ? "" : `: ${job.reason}`}`;
  const application = await revertStanding(
    { run: null, target: job.target, finding: id, fix, connectionString: url, reason },
    store,
    instruments,
    {
      ...contextOf(parts, tools),
      onProgress: (progress) => tools.tell(`revert: ${progress.activity}`, shareOf(progress)),
    },
  );
  const isChanged = application.steps.some(({ outcome }) => outcome !== "already there");
  return isChanged
    ? `Taken back: ${fix.summary}`
    : `Already gone, and noted as taken back: ${fix.summary}`;
}

function findingOf({ kind, finding }: StoredJob): string {
  if (finding === null) throw new Error(`a job ${kind} is of a finding`);
  return finding;
}
