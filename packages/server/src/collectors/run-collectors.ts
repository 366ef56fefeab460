import { type Clock, messageOf, type Random } from "@streamgate/core";
import type { SourceBoard } from "../platform/source-board.ts";
import { redact } from "../secrets/redact.ts";
import type { Collector } from "./collector.ts";
import { readingTimes, type TakeTime } from "./reading-times.ts";
import { afterFailure, afterSuccess, firstAttempt, type Schedule } from "./schedule.ts";

export interface CollectorsOptions {
  readonly clock: Clock;
  readonly random: Random;
  readonly board: SourceBoard;
  /** Whether this instance reads what one instance alone reads. */
  readonly isLeading: () => boolean;
  readonly log: (line: string) => void;
}

/** Collectors at work. */
export interface Collectors {
  /** Goes on with these: those whose definition is as it was are left alone, the others end or begin. */
  set(collectors: readonly Collector[]): Promise<void>;
  /** Ids of the sources that the one instance reads that leads. */
  readonly ofLeader: () => readonly string[];
  stop(): Promise<void>;
}

/** How often an instance that does not lead looks whether it does now. */
const LOOK_EVERY_MS = 500;
/** How long something that was told to end is waited for. */
const END_PATIENCE_MS = 2_000;

/** Runs collectors, each by itself: however slow one is, no other waits. */
export function runCollectors(options: CollectorsOptions): Collectors {
  const running = new Map<string, RunningCollector>();
  return {
    set: async (collectors) => {
      const wanted = new Map(collectors.map((collector) => [collector.source.id, collector]));
      const ending: Promise<void>[] = [];
      for (const [id, one] of running) {
        const next = wanted.get(id);
        if (next?.definition === one.definition) continue;
        running.delete(id);
        if (next === undefined) options.board.remove(id);
        ending.push(one.stop());
      }
      await Promise.all(ending);
      for (const [id, collector] of wanted) {
        if (running.has(id)) continue;
        options.board.add(collector.source);
        running.set(id, new RunningCollector(collector, options));
      }
    },
    ofLeader: () => [...running].flatMap(([id, { runs }]) => (runs === "leader" ? [id] : [])),
    stop: async () => {
      const all = [...running.values()];
      running.clear();
      await Promise.all(all.map((one) => one.stop()));
    },
  };
}

class RunningCollector {
  readonly definition: string;
  readonly #collector: Collector;
  readonly #options: CollectorsOptions;
  readonly #takeTime: TakeTime;
  readonly #ending = new AbortController();
  readonly #loop: Promise<void>;
  #isAtRest = true;
  #lastProblem: string | undefined;

  constructor(collector: Collector, options: CollectorsOptions) {
    this.definition = collector.definition;
    this.#collector = collector;
    this.#options = options;
    this.#takeTime = readingTimes(options.clock, collector.source.everyMs);
    this.#loop = this.#run();
  }

  get runs(): Collector["runs"] {
    return this.#collector.runs;
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    await withPatience(this.#loop, END_PATIENCE_MS);
    await withPatience(this.#collector.rest(), END_PATIENCE_MS);
  }

  async #run(): Promise<void> {
    const { clock, random } = this.#options;
    const { signal } = this.#ending;
    const rhythm = { everyMs: this.#collector.source.everyMs, ...pauseOf(this.#collector) };
    let schedule = firstAttempt(rhythm, clock.monotonicMs(), random);
    try {
      while (!signal.aborted) {
        if (!this.#mayRun()) {
          await this.#rest();
          await clock.sleep(LOOK_EVERY_MS, signal);
          schedule = firstAttempt(rhythm, clock.monotonicMs(), random);
          continue;
        }
        await clock.sleep(Math.max(0, schedule.dueMs - clock.monotonicMs()), signal);
        if (this.#mayRun()) schedule = await this.#attempt(rhythm, schedule);
      }
    } catch (error) {
      // The sleep says so when all ends.
      if (!signal.aborted) this.#options.log(`${this.#collector.source.id}: ${messageOf(error)}`);
    }
  }

  async #rest(): Promise<void> {
    if (this.#isAtRest) return;
    this.#isAtRest = true;
    await withPatience(this.#collector.rest(), END_PATIENCE_MS);
  }

  #mayRun(): boolean {
    return this.#collector.runs === "everywhere" || this.#options.isLeading();
  }

  async #attempt(
    rhythm: Parameters<typeof afterSuccess>[0],
    schedule: Schedule,
  ): Promise<Schedule> {
    const { clock, random, board } = this.#options;
    const { source } = this.#collector;
    this.#isAtRest = false;
    try {
      const problem = await this.#readInTime();
      if (this.#ending.signal.aborted) return schedule;
      board.succeeded(source.id, clock.now().getTime(), problem);
      this.#tellOnce(problem);
      return afterSuccess(rhythm, schedule, clock.monotonicMs());
    } catch (error) {
      if (this.#ending.signal.aborted) return schedule;
      const reason = redact(messageOf(error));
      board.failed(source.id, reason);
      this.#tellOnce(reason);
      return afterFailure(rhythm, schedule, clock.monotonicMs(), random);
    }
  }

  /** However the other side is silent, the reading ends: what does not listen to the signal is left behind. */
  async #readInTime(): Promise<string | undefined> {
    const { clock } = this.#options;
    const { timeoutMs, source } = this.#collector;
    const late = new AbortController();
    const signal = AbortSignal.any([this.#ending.signal, late.signal]);
    const work = this.#collector.read({
      signal,
      atMs: this.#takeTime(),
      monotonicMs: clock.monotonicMs(),
    });
    // Its end is awaited below; should it lose the race, nobody else would hear of its failure.
    work.catch(() => undefined);
    const done = new AbortController();
    const limit = clock.sleep(timeoutMs, AbortSignal.any([done.signal, this.#ending.signal]));
    const overdue = limit.then(() => {
      const reason = new Error(`${source.name} did not answer within ${timeoutMs} ms`);
      late.abort(reason);
      throw reason;
    });
    try {
      return await Promise.race([work, overdue]);
    } finally {
      done.abort();
      overdue.catch(() => undefined);
    }
  }

  /** A log that repeats itself each few seconds is not read. */
  #tellOnce(problem: string | undefined): void {
    const { source } = this.#collector;
    if (problem === this.#lastProblem) return;
    if (problem !== undefined) this.#options.log(`${source.id}: ${problem}`);
    else if (this.#lastProblem !== undefined) this.#options.log(`${source.id}: read again`);
    this.#lastProblem = problem;
  }
}

function pauseOf({ longestPauseMs }: Collector): { readonly longestPauseMs?: number } {
  return longestPauseMs === undefined ? {} : { longestPauseMs };
}

/** Whether it ends well, ill or not at all: the wait is over after so long. */
async function withPatience(work: Promise<unknown>, patienceMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, patienceMs);
  });
  await Promise.race([work.catch(() => undefined), patience]);
  clearTimeout(timer);
}
