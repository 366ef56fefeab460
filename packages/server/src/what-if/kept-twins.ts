import { rm } from "node:fs/promises";
import { join } from "node:path";
import { type Clock, messageOf, type Random } from "@streamgate/core";
import {
  buildWorkload,
  createTwin,
  readSnapshot,
  type Snapshot,
  type Twin,
  type Workload,
} from "@streamgate/pg-advisor";
import { ApiRefusal, unavailable } from "../api/refusal.ts";
import type { DataFolder } from "../configuration/data-folder.ts";
import { makeRunFolder } from "../configuration/run-folder.ts";
import type { WatchedDatabase } from "../platform/platform-configuration.ts";

/** A twin with what it was made from. */
interface TwinAtHand {
  readonly snapshot: Snapshot;
  readonly workload: Workload;
  readonly twin: Twin;
}

/** Twins that are kept for a while after they were asked, one question at a time. */
export interface KeptTwins {
  /**
   * Works with the twin of a database.
   *
   * @throws ApiRefusal 503 where others wait already, or it takes too long
   */
  use<Result>(
    database: WatchedDatabase,
    work: (at: TwinAtHand) => Promise<Result>,
  ): Promise<Result>;
  close(): Promise<void>;
}

export interface KeptTwinsParts {
  readonly folder: DataFolder;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: (line: string) => void;
  /** How long a twin is kept after it was asked last. @default 300_000 */
  readonly idleMs?: number;
  /** How long an answer may take, the making of the twin among it. @default 60_000 */
  readonly limitMs?: number;
}

interface Entry extends TwinAtHand {
  readonly definition: string;
  readonly folder: string;
  readonly madeAtMs: number;
  readonly ending: AbortController;
  uses: number;
  idle: NodeJS.Timeout | undefined;
}

/** A conversation about indexes has pauses for thought. */
const IDLE_MS = 5 * 60_000;
/** Statistics of the watched database move on. */
const OLDEST_MS = 15 * 60_000;
/** Every imagined index stays on the twin, invisible. */
const MOST_USES = 50;
const MOST_WAITING = 3;
const TIME_LIMIT_MS = 60_000;

/** Keeps a twin of each database for some minutes, and ends it then. */
export function keepTwins(parts: KeptTwinsParts): KeptTwins {
  const { clock, log, idleMs = IDLE_MS, limitMs = TIME_LIMIT_MS } = parts;
  const entries = new Map<string, Entry>();
  let line: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  let making: { readonly ending: AbortController; readonly done: Promise<unknown> } | undefined;
  let isClosed = false;

  const leaving = new Set<Promise<void>>();

  const dropNow = async (name: string, entry: Entry): Promise<void> => {
    if (entries.get(name) === entry) entries.delete(name);
    clearTimeout(entry.idle);
    entry.ending.abort(new Error("the twin is no longer needed"));
    await entry.twin.close().catch((error: unknown) => log(`twin of ${name}: ${messageOf(error)}`));
    await rm(entry.folder, { recursive: true, force: true });
  };
  const drop = (name: string, entry: Entry): Promise<void> => {
    const left = dropNow(name, entry).finally(() => leaving.delete(left));
    leaving.add(left);
    return left;
  };

  const atHand = async (database: WatchedDatabase, ending: AbortController): Promise<Entry> => {
    const { name } = database;
    const known = entries.get(name);
    if (known !== undefined) {
      clearTimeout(known.idle);
      if (isGood(known, database, clock.monotonicMs())) return known;
      await drop(name, known);
    }
    // One that was given up while it was made ends first.
    await making?.done;
    const made = makeTwin(database, parts, ending).then(async (entry) => {
      entries.set(name, entry);
      if (ending.signal.aborted) await drop(name, entry);
      return entry;
    });
    making = { ending, done: made.catch(() => undefined) };
    return made;
  };

  const inTurn = async <Result>(
    database: WatchedDatabase,
    work: (at: TwinAtHand) => Promise<Result>,
  ): Promise<Result> => {
    if (isClosed) throw ended();
    const ending = new AbortController();
    const task = async (): Promise<Result> => {
      const entry = await atHand(database, ending);
      entry.uses += 1;
      return work(entry).catch(async (error: unknown) => {
        // What is no answer to a wrong question may come of a twin that is broken.
        if (!(error instanceof ApiRefusal)) await drop(database.name, entry);
        throw error;
      });
    };
    try {
      return await withinLimit(task(), limitMs, () => {
        ending.abort(new Error(`the twin did not answer within ${limitMs} ms`));
        const entry = entries.get(database.name);
        if (entry !== undefined) void drop(database.name, entry);
      });
    } finally {
      const entry = entries.get(database.name);
      if (entry !== undefined) {
        clearTimeout(entry.idle);
        entry.idle = setTimeout(() => void drop(database.name, entry), idleMs);
        entry.idle.unref();
      }
    }
  };

  return {
    use: async (database, work) => {
      if (waiting >= MOST_WAITING)
        throw unavailable("others ask already, and wait", "ask again in some seconds");
      waiting += 1;
      const turn = line.then(() => inTurn(database, work));
      line = turn.catch(() => undefined);
      try {
        return await turn;
      } finally {
        waiting -= 1;
      }
    },
    close: async () => {
      isClosed = true;
      making?.ending.abort(new Error("StreamGate ends"));
      await line;
      await making?.done;
      await Promise.all([...entries].map(([name, entry]) => drop(name, entry)));
      await Promise.all(leaving);
    },
  };
}

function isGood(entry: Entry, { url }: WatchedDatabase, nowMs: number): boolean {
  const isYoung = nowMs - entry.madeAtMs <= OLDEST_MS;
  const isLive = !entry.ending.signal.aborted;
  return isLive && isYoung && entry.definition === url && entry.uses < MOST_USES;
}

async function makeTwin(
  { name, url }: WatchedDatabase,
  { folder, clock, random }: KeptTwinsParts,
  ending: AbortController,
): Promise<Entry> {
  const { signal } = ending;
  const snapshot = await readSnapshot(url, { needsStatements: false, signal }).catch(
    (error: unknown) => {
      throw unavailable(
        `the database ${name} cannot be read: ${messageOf(error)}`,
        "see the page Status for how its sources are",
        error,
      );
    },
  );
  const runFolder = await makeRunFolder(folder);
  try {
    const twin = await createTwin({
      snapshot,
      folder: join(runFolder, "twin"),
      sharedFolder: folder.root,
      context: { clock, random, signal, onProgress: () => undefined },
    });
    const workload = await readWorkload(snapshot, twin, random).catch(async (error: unknown) => {
      await twin.close();
      throw error;
    });
    return {
      snapshot,
      workload,
      twin,
      definition: url,
      folder: runFolder,
      madeAtMs: clock.monotonicMs(),
      ending,
      uses: 0,
      idle: undefined,
    };
  } catch (error) {
    await rm(runFolder, { recursive: true, force: true });
    throw error;
  }
}

function readWorkload(snapshot: Snapshot, whatIf: Twin, random: Random): Promise<Workload> {
  const { statements: counters } = snapshot;
  return buildWorkload({ counters, window: windowOf(snapshot), snapshot, whatIf, random });
}

/** Counters whose reset the server does not tell are taken to run since its start. */
function windowOf(snapshot: Snapshot): Workload["window"] {
  const from = snapshot.statementsSince ?? snapshot.server.startedAt;
  return {
    source: "counters since reset",
    from,
    to: snapshot.takenAt,
    durationMs: Math.max(1, Date.parse(snapshot.takenAt) - Date.parse(from)),
  };
}

async function withinLimit<Result>(
  work: Promise<Result>,
  limitMs: number,
  giveUp: () => void,
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(
        unavailable(
          `the twin did not answer within ${limitMs / 1_000} s`,
          "ask for fewer indexes, or again later",
        ),
      );
      giveUp();
    }, limitMs);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined);
  }
}

function ended(): Error {
  return unavailable("StreamGate ends", "ask again when it runs");
}
