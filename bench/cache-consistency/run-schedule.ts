import { messageOf } from "@streamgate/core";
import type { ReadEvent, ScheduleEvent, WriteEvent } from "./events.ts";
import { type HangWatch, HUNG } from "./hang-watch.ts";
import type { MonotonicStamps } from "./monotonic.ts";
import type { Entry, LoadTiming, Operation, Schedule } from "./plan.ts";
import { type Source, wait } from "./source.ts";
import type { Abilities, LateTags, OpenSubject } from "./subject.ts";
import { isRichSchedule, makeValue, versionsIn } from "./value.ts";

export interface Stage {
  readonly cache: OpenSubject;
  readonly abilities: Abilities;
  readonly source: Source;
  readonly stamps: MonotonicStamps;
  readonly watch: HangWatch;
  /** For caches that take their loader at the beginning: how to load a key now. */
  readonly loads: Map<string, () => Promise<unknown>>;
}

const NO_LATE_TAGS: LateTags = { tag: () => undefined };
const DEFAULT_TIMING: LoadTiming = { beforeMs: 0, afterMs: 0, isTagNamedFirst: true };

/** Does this worker's part of a schedule; what it saw comes out in no particular order. */
export async function runPart(
  stage: Stage,
  schedule: Schedule,
  worker: number,
): Promise<readonly ScheduleEvent[]> {
  const part = new Part(stage, schedule);
  const mine = [...schedule.actors.entries()].filter(([, actor]) => actor.worker === worker);
  await Promise.all(mine.map(([index, { operations }]) => part.act(index, operations)));
  for (const { key } of schedule.entries) stage.loads.delete(key);
  return part.events;
}

class Part {
  readonly events: ScheduleEvent[] = [];
  readonly #stage: Stage;
  readonly #schedule: Schedule;
  readonly #isRich: boolean;

  constructor(stage: Stage, schedule: Schedule) {
    this.#stage = stage;
    this.#schedule = schedule;
    this.#isRich = stage.abilities.keepsRichValues && isRichSchedule(schedule.number);
    for (const entry of schedule.entries) {
      stage.loads.set(entry.key, () => this.#load(entry, DEFAULT_TIMING, NO_LATE_TAGS));
    }
  }

  /** An actor whose operation hangs gives up: one hang says enough. */
  async act(actor: number, operations: readonly Operation[]): Promise<void> {
    for (const [index, operation] of operations.entries()) {
      await wait(operation.waitMs);
      if (!(await this.#perform(actor, index, operation))) return;
    }
  }

  #perform(actor: number, index: number, operation: Operation): Promise<boolean> {
    const at = { actor, operation: index };
    switch (operation.does) {
      case "read":
        return this.#read(at, operation.entry, operation.timing);
      case "read many":
        return this.#readMany(at, operation.entries, operation.timing);
      case "look at many":
        return this.#lookAtMany(at, operation.entries);
      case "commit":
        return this.#commit(at, operation);
      case "commit and set":
        return this.#commitAndSet(at, operation);
    }
  }

  async #read(at: At, number: number, timing: LoadTiming): Promise<boolean> {
    const { cache, stamps, loads } = this.#stage;
    const entry = this.#entry(number);
    loads.set(entry.key, () => this.#load(entry, timing, NO_LATE_TAGS));
    const times = { turnUs: stamps.turnUs(), startUs: stamps.nowUs() };
    try {
      const answer = cache.read(entry, (late) => this.#load(entry, timing, late));
      const value = answer instanceof Promise ? await this.#stage.watch.within(answer) : answer;
      if (value === HUNG) return this.#readEnded(at, number, times, { outcome: "hung" });
      return this.#readValue(at, number, times, value);
    } catch (error) {
      const detail = messageOf(error);
      return this.#readEnded(at, number, times, { outcome: "failed", detail });
    }
  }

  async #readMany(at: At, numbers: readonly number[], timing: LoadTiming): Promise<boolean> {
    const { cache, source } = this.#stage;
    const entries = numbers.map((number) => this.#entry(number));
    const byId = new Map(entries.map((entry) => [entry.id, entry]));
    const load = async (ids: readonly string[]): Promise<ReadonlyMap<string, unknown>> => {
      await wait(timing.beforeMs);
      const loaded = new Map<string, unknown>();
      for (const id of ids) {
        const entry = byId.get(id);
        if (entry === undefined) continue;
        const options = { late: NO_LATE_TAGS, isRich: this.#isRich };
        loaded.set(id, await source.load(this.#schedule, entry, DEFAULT_TIMING, options));
      }
      await wait(timing.afterMs);
      return loaded;
    };
    return this.#seeMany(at, numbers, true, () => cache.readMany?.(entries, load));
  }

  #lookAtMany(at: At, numbers: readonly number[]): Promise<boolean> {
    const entries = numbers.map((number) => this.#entry(number));
    return this.#seeMany(at, numbers, false, () => this.#stage.cache.lookAtMany?.(entries));
  }

  async #seeMany(
    at: At,
    numbers: readonly number[],
    mustExist: boolean,
    ask: () => Promise<ReadonlyMap<string, unknown>> | undefined,
  ): Promise<boolean> {
    const { stamps, watch } = this.#stage;
    const times = { turnUs: stamps.turnUs(), startUs: stamps.nowUs() };
    try {
      const answer = ask();
      if (answer === undefined) return true;
      const values = await watch.within(answer);
      for (const number of numbers) {
        if (values === HUNG) this.#readEnded(at, number, times, { outcome: "hung" });
        else {
          const { id } = this.#entry(number);
          if (mustExist || values.has(id)) this.#readValue(at, number, times, values.get(id));
        }
      }
      return values !== HUNG;
    } catch (error) {
      const detail = messageOf(error);
      for (const number of numbers)
        this.#readEnded(at, number, times, { outcome: "failed", detail });
      return true;
    }
  }

  #readValue(at: At, number: number, times: Times, value: unknown): boolean {
    const found = versionsIn(value, this.#entry(number), this.#isRich);
    if (found === undefined) {
      const detail = JSON.stringify(value)?.slice(0, 200) ?? "undefined";
      return this.#readEnded(at, number, times, { outcome: "mangled", detail });
    }
    const versions = this.#schedule.rows.map(({ name }) => found[name] ?? -1);
    return this.#readEnded(at, number, times, { outcome: "value", versions });
  }

  #readEnded(
    at: At,
    entry: number,
    times: Times,
    seen: Pick<ReadEvent, "outcome"> & {
      readonly versions?: readonly number[];
      readonly detail?: string;
    },
  ): boolean {
    const endUs = this.#stage.stamps.nowUs();
    this.events.push({ kind: "read", ...at, entry, ...times, endUs, versions: undefined, ...seen });
    return seen.outcome !== "hung";
  }

  async #commit(at: At, operation: Extract<Operation, { does: "commit" }>): Promise<boolean> {
    const { cache, source } = this.#stage;
    const row = this.#schedule.rows[operation.row];
    if (row === undefined) return true;
    const version = await source.commit(row.name);
    const { by, isEverywhere } = operation;
    return this.#wrote(at, { row: operation.row, version, isEverywhere }, () =>
      cache.invalidate({ by, tag: row.name, entries: row.entries, isEverywhere }),
    );
  }

  async #commitAndSet(
    at: At,
    { row, entry: number }: Extract<Operation, { does: "commit and set" }>,
  ): Promise<boolean> {
    const { cache, source } = this.#stage;
    const name = this.#schedule.rows[row]?.name ?? "";
    const entry = this.#entry(number);
    const version = await source.commit(name);
    const value = makeValue(entry.key, { [name]: version }, this.#isRich);
    return this.#wrote(at, { row, version, isEverywhere: false }, () => cache.set(entry, value));
  }

  async #wrote(
    at: At,
    what: Pick<WriteEvent, "row" | "version" | "isEverywhere">,
    tell: () => Promise<void>,
  ): Promise<boolean> {
    const { stamps, watch } = this.#stage;
    const committedUs = stamps.nowUs();
    const ended = (seen: Pick<WriteEvent, "outcome" | "detail">): void => {
      const resolvedUs = stamps.nowUs();
      this.events.push({ kind: "write", ...at, ...what, committedUs, resolvedUs, ...seen });
    };
    try {
      const answer = await watch.within(tell());
      ended({ outcome: answer === HUNG ? "hung" : "resolved" });
      return answer !== HUNG;
    } catch (error) {
      ended({ outcome: "rejected", detail: messageOf(error) });
      return true;
    }
  }

  #load(entry: Entry, timing: LoadTiming, late: LateTags): Promise<unknown> {
    const options = { late, isRich: this.#isRich };
    return this.#stage.source.load(this.#schedule, entry, timing, options);
  }

  #entry(number: number): Entry {
    const entry = this.#schedule.entries[number];
    if (entry === undefined)
      throw new RangeError(`schedule ${this.#schedule.number} has no entry ${number}`);
    return entry;
  }
}

interface At {
  readonly actor: number;
  readonly operation: number;
}

interface Times {
  readonly startUs: number;
  readonly turnUs: number;
}
