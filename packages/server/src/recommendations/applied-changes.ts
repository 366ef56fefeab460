import { messageOf } from "@streamgate/core";
import type { Change } from "@streamgate/monitor";
import { beat } from "../platform/beat.ts";
import type { StorePool } from "../platform/store-pool.ts";

/** Tells the monitor of fixes that were applied and taken back, so that incidents and charts know. */
export interface AppliedChanges {
  /** Looks now; several calls at once are one look. */
  look(): Promise<void>;
  stop(): Promise<void>;
}

export interface AppliedChangesParts {
  readonly tables: Pick<StorePool, "query">;
  /** Keeps a change; one that is kept already counts once. */
  readonly recordChange: (change: Change) => Promise<void>;
  /** @default 5000 */
  readonly everyMs?: number;
  readonly log: (line: string) => void;
}

const EVERY_MS = 5_000;
/** What was applied while no instance ran is told by the next, if it is not older. */
const OLDEST = "7 days";
/** Ends are noted in transactions that may be seen out of their order. */
const OVERLAP = "1 minute";

/** since */
const ENDED: string = `
select application.id, application.target, application.finding, application.direction,
  application.fix->>'summary' as summary, application.ended_at
from streamgate.applications application
where outcome = 'done' and ended_at > coalesce($1::timestamptz - interval '${OVERLAP}', now() - interval '${OLDEST}')
order by ended_at limit 500`;

interface EndedApplication {
  readonly id: string;
  readonly target: string;
  readonly finding: string;
  readonly direction: "apply" | "revert";
  readonly summary: string | null;
  readonly ended_at: Date;
}

/**
 * Follows the store's applications, whoever made them: a job of any instance, a verification that took a fix back, or the command
 * line. A change that could not be told is told at a later look.
 */
export function followAppliedChanges(parts: AppliedChangesParts): AppliedChanges {
  const { tables, recordChange, everyMs = EVERY_MS, log } = parts;
  let told: ReadonlySet<string> = new Set();
  let since: Date | undefined;
  let looking: Promise<void> | undefined;

  const lookOnce = async (): Promise<void> => {
    const ended = await tables.query<EndedApplication>(ENDED, [since ?? null]);
    for (const one of ended) if (!told.has(one.id)) await recordChange(changeOf(one));
    // What is asked for again at the next look is among these.
    told = new Set(ended.map(({ id }) => id));
    since = ended.at(-1)?.ended_at ?? since;
  };
  const look = (): Promise<void> => {
    looking ??= lookOnce()
      .catch((error: unknown) => log(`changes were not recorded: ${messageOf(error)}`))
      .finally(() => {
        looking = undefined;
      });
    return looking;
  };
  const beating = beat(everyMs, look, () => undefined);
  return {
    look,
    stop: async () => {
      await beating.stop();
      await looking;
    },
  };
}

function changeOf({ id, target, finding, direction, summary, ended_at }: EndedApplication): Change {
  return {
    id: `application:${id}`,
    kind: direction === "apply" ? "fix-applied" : "fix-reverted",
    atMs: ended_at.getTime(),
    summary: summary ?? finding,
    labels: { database: target, finding },
  };
}
