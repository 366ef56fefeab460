import type { Job } from "@streamgate/contract";
import type { Clock } from "@streamgate/core";
import type { Collector } from "../collectors/collector.ts";
import type { Jobs } from "../jobs/jobs.ts";
import type { WatchedDatabase } from "../platform/platform-configuration.ts";

const LOOK_EVERY_MS = 60_000;
const TIMEOUT_MS = 10_000;
/** A turn is looked for among so many of the database's last jobs. */
const MOST_JOBS = 50;
const ASKED_BY = "schedule";

/** Asks for a turn on a database each time that one is due: what it found is in the store, so every start and every leader goes on from there. */
export function adviceCollector(database: WatchedDatabase, jobs: Jobs, clock: Clock): Collector {
  const { name, adviseEveryMs } = database;
  return {
    source: {
      id: `advice:${name}`,
      kind: "job",
      name: `advice on ${name}`,
      everyMs: LOOK_EVERY_MS,
    },
    definition: JSON.stringify(["advice", name, adviseEveryMs]),
    runs: "leader",
    timeoutMs: TIMEOUT_MS,
    read: async () => {
      const latest = await jobs.list({ target: name, limit: MOST_JOBS });
      const turn = latest.find(({ kind }) => kind === "observe");
      if (isTurnDue(turn, adviseEveryMs, clock.now().getTime()))
        await jobs.request({
          kind: "observe",
          target: name,
          requestedBy: ASKED_BY,
          reason: "a turn was due",
        });
      return turn?.state === "failed" ? `the last turn failed: ${turn.problem ?? ""}` : undefined;
    },
    rest: async () => undefined,
  };
}

/** One that waits or runs is not asked for again; one that was cut short or failed is tried again after a tenth of the time. */
export function isTurnDue(turn: Job | undefined, everyMs: number, nowMs: number): boolean {
  if (turn === undefined) return true;
  if (turn.state === "waiting" || turn.state === "running") return false;
  const sinceMs = nowMs - Date.parse(turn.requestedAt);
  // A clock that was set back would put the next turn off for as long as it was.
  if (sinceMs < 0) return true;
  return sinceMs >= (turn.state === "done" ? everyMs : everyMs / 10);
}
