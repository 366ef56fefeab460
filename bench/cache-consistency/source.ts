import { Redis } from "ioredis";
import type { Entry, LoadTiming, Schedule } from "./plan.ts";
import type { LateTags } from "./subject.ts";
import { isRichSchedule, makeValue } from "./value.ts";

/** The source of truth: a healthy Redis of its own that nobody disturbs. A row is a version, 0 before the first commit. */
export class Source {
  readonly #client: Redis;

  constructor(port: number) {
    this.#client = new Redis({ host: "127.0.0.1", port, enableAutoPipelining: true });
  }

  commit(row: string): Promise<number> {
    return this.#client.incr(row);
  }

  async versions(rows: readonly string[]): Promise<readonly number[]> {
    return (await this.#client.mget(...rows)).map(Number);
  }

  /** A value as it is committed somewhere between the call and the end of the load. */
  async load(
    schedule: Schedule,
    entry: Entry,
    timing: LoadTiming,
    options: { readonly late: LateTags; readonly isRich: boolean },
  ): Promise<unknown> {
    await wait(timing.beforeMs);
    const names = entry.rows.map((row) => schedule.rows[row]?.name ?? "");
    const found = await this.versions(names);
    const versions: Record<string, number> = Object.fromEntries(
      names.map((name, index) => [name, found[index] ?? 0]),
    );
    const chosen = lateRowOf(schedule, entry, found[0] ?? 0);
    if (chosen !== undefined) {
      if (timing.isTagNamedFirst) options.late.tag(chosen);
      const [version = 0] = await this.versions([chosen]);
      versions[chosen] = version;
      if (!timing.isTagNamedFirst) {
        await wait(timing.afterMs);
        options.late.tag(chosen);
      }
    }
    await wait(timing.afterMs);
    return makeValue(entry.key, versions, options.isRich && isRichSchedule(schedule.number));
  }

  close(): void {
    this.#client.disconnect();
  }
}

function lateRowOf(schedule: Schedule, entry: Entry, version: number): string | undefined {
  const row = entry.lateRows[version % Math.max(1, entry.lateRows.length)];
  return row === undefined ? undefined : schedule.rows[row]?.name;
}

/** None at all for 0; a turn of the event loop for less than a millisecond. */
export function wait(ms: number): Promise<void> | undefined {
  if (ms <= 0) return undefined;
  return new Promise((resolve) => {
    if (ms < 1) setImmediate(resolve);
    else setTimeout(resolve, ms);
  });
}
