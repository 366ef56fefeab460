import { setTimeout as sleep } from "node:timers/promises";
import { type Random, seededRandom } from "@streamgate/core";
import type { PartReport, ProbeStamp } from "./events.ts";
import { type Fault, inflict, type Victims } from "./faults.ts";
import { eventLog, judge, type PartOfLife } from "./judge.ts";
import type { Phase } from "./phases.ts";
import { planSchedule, type Schedule, type Shape } from "./plan.ts";
import type { Subject } from "./subject.ts";
import { Tally } from "./tally.ts";
import { Worker } from "./worker.ts";
import { buildWorld, type World } from "./world.ts";

export interface TrialOptions {
  readonly subject: Subject;
  /** The file that exports it. */
  readonly subjectModule: string;
  readonly workers: number;
  readonly seed: number;
  /** A call that does not settle within this time hangs, ms. */
  readonly patienceMs: number;
  readonly tell: (line: string) => void;
}

/** A schedule that runs. */
interface Running {
  readonly schedule: Schedule;
  readonly phase: Phase;
  readonly waitsFor: Set<number>;
  readonly parts: PartOfLife[];
}

/** Faults of servers come one at a time, and beside those of links and workers. */
const SERVER_FAULTS: ReadonlySet<Fault> = new Set([
  "flush",
  "restart",
  "failover",
  "slow",
  "evict",
]);
const LONGEST_CALM_MS = 400;
/** A fault that takes longer does not work. */
const LONGEST_FAULT_MS = 40_000;

/** Runs schedules of one subject over processes, servers and faults of its own. */
export class Trial {
  readonly tally: Tally = new Tally();
  readonly #options: TrialOptions;
  readonly #world: World;
  readonly #workers: readonly Worker[];
  readonly #random: Random;
  readonly #running = new Map<number, Running>();
  #nextNumber = 0;
  #failure: Error | undefined;
  #progressed: () => void = () => undefined;

  private constructor(options: TrialOptions, world: World) {
    this.#options = options;
    this.#world = world;
    this.#random = seededRandom(options.seed ^ 0x5eed);
    const originNs = String(process.hrtime.bigint());
    this.#workers = world.proxies.map(
      ({ port }, worker) =>
        new Worker(
          {
            worker,
            subjectModule: options.subjectModule,
            redisPort: port,
            sourcePort: world.source.port,
            originNs,
            patienceMs: options.patienceMs,
          },
          {
            parts: (number, life, parts) => this.#reported(number, life, parts),
            unhandled: (number, text) =>
              this.tally.count("rejection", () => [`worker ${number}: ${text}`]),
            broken: (number, text) => this.#fail(new Error(`worker ${number} failed: ${text}`)),
            died: (number) => this.#died(number),
          },
        ),
    );
  }

  static async begin(options: TrialOptions): Promise<Trial> {
    const trial = new Trial(options, await buildWorld(options.workers));
    try {
      await Promise.all(trial.#workers.map((worker) => worker.start()));
      return trial;
    } catch (error) {
      await trial.end();
      throw error;
    }
  }

  async run(phase: Phase): Promise<void> {
    const startedMs = performance.now();
    const before = { total: this.tally.total, schedules: this.tally.schedules };
    const isServerFault = (fault: Fault): boolean => SERVER_FAULTS.has(fault);
    const tracks = [
      new Trouble(phase.faults.filter(isServerFault)),
      new Trouble(phase.faults.filter((fault) => !isServerFault(fault))),
    ];
    const trouble = tracks.map((track) => this.#makeTrouble(track));
    const last = this.#nextNumber + phase.schedules;
    const isOver = (): boolean =>
      this.#nextNumber >= last && tracks.every(({ hadEach }) => hadEach);
    while (!isOver()) {
      while (!isOver() && this.#running.size < phase.atOnce) {
        this.#launch(phase, this.#nextNumber);
        this.#nextNumber += 1;
      }
      await this.#progress();
    }
    for (const track of tracks) track.isOver = true;
    await Promise.all(trouble);
    while (this.#running.size > 0) await this.#progress();
    const seconds = ((performance.now() - startedMs) / 1_000).toFixed(1);
    const schedules = this.tally.schedules - before.schedules;
    const violations = this.tally.total - before.total;
    const { subject, tell } = this.#options;
    tell(
      `${subject.name}, ${phase.name}: ${schedules} schedules in ${seconds} s, ${violations} violations`,
    );
  }

  /** How long another process's memory serves what was invalidated, ms, for each of `rounds` invalidations. */
  async probe(rounds: number, name: string): Promise<readonly number[]> {
    const [writer, reader] = this.#workers;
    if (writer === undefined || reader === undefined) return [];
    const reading = reader.probe({ role: "reader", rounds, name });
    const written = await writer.probe({ role: "writer", rounds, name });
    return stalenessOf(written, await reading);
  }

  async end(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.kill()));
    await this.#world.stop();
  }

  #shapeOf(phase: Phase): Shape {
    const { seed, workers, subject } = this.#options;
    const { hasEverywhere, hasBatches } = subject.abilities;
    return { seed, workers, longShare: phase.longShare, hasEverywhere, hasBatches };
  }

  #launch(phase: Phase, number: number): void {
    const shape = this.#shapeOf(phase);
    const schedule = planSchedule(shape, number);
    const needed = new Set(schedule.actors.map(({ worker }) => worker));
    const waitsFor = new Set([...needed].filter((worker) => this.#workers[worker]?.isUp === true));
    this.#running.set(number, { schedule, phase, waitsFor, parts: [] });
    for (const worker of waitsFor) this.#workers[worker]?.run(shape, number);
    if (waitsFor.size === 0) this.#running.delete(number);
  }

  #reported(worker: number, life: number, parts: readonly PartReport[]): void {
    for (const report of parts) {
      const running = this.#running.get(report.number);
      running?.parts.push({ worker, life, report });
      running?.waitsFor.delete(worker);
      if (running?.waitsFor.size === 0) this.#judge(running);
    }
    this.#progressed();
  }

  #died(worker: number): void {
    for (const running of this.#running.values()) {
      if (running.waitsFor.delete(worker) && running.waitsFor.size === 0) this.#judge(running);
    }
    this.#progressed();
  }

  #judge({ schedule, phase, parts }: Running): void {
    this.#running.delete(schedule.number);
    try {
      const judgement = judge(schedule, parts, this.#options.subject.abilities);
      this.tally.add(phase.name, judgement, () => eventLog(schedule, parts));
    } catch (error) {
      this.#fail(new Error("a schedule cannot be judged", { cause: error }));
    }
  }

  #fail(failure: Error): void {
    this.#failure ??= failure;
    this.#progressed();
  }

  #progress(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    return new Promise((resolve) => {
      this.#progressed = resolve;
    });
  }

  /** One fault after the other, each of the track before any comes again, until it is to be calm. */
  async #makeTrouble(track: Trouble): Promise<void> {
    const victims: Victims = { world: this.#world, workers: this.#workers, random: this.#random };
    while (track.faults.length > 0 && !track.isOver) {
      for (const fault of this.#random.shuffle(track.faults)) {
        await sleep(this.#random.next() * LONGEST_CALM_MS);
        try {
          if (!track.isOver) await within(LONGEST_FAULT_MS, inflict(fault, victims));
        } catch (error) {
          this.#fail(new Error(`${fault} could not be inflicted`, { cause: error }));
          return;
        }
      }
      track.hadEach = true;
      this.#progressed();
    }
  }
}

/** Faults that come one at a time. */
class Trouble {
  readonly faults: readonly Fault[];
  hadEach: boolean;
  isOver = false;

  constructor(faults: readonly Fault[]) {
    this.faults = faults;
    this.hadEach = faults.length === 0;
  }
}

/** Rejects when `work` takes longer. */
async function within(ms: number, work: Promise<void>): Promise<void> {
  const over = new AbortController();
  const late = sleep(ms, undefined, { signal: over.signal }).then(() => {
    throw new Error(`not done within ${ms} ms`);
  });
  await Promise.race([work, late]).finally(() => over.abort());
  late.catch(() => undefined);
}

/** Each invalidation's staleness: from its end to the beginning of the last read that gave an older version. */
function stalenessOf(
  written: readonly ProbeStamp[],
  seen: readonly ProbeStamp[],
): readonly number[] {
  return written.map(({ version, atUs }) => {
    const older = seen.filter((each) => each.version < version).map((each) => each.atUs);
    return Math.max(0, Math.max(...older, 0) - atUs) / 1_000;
  });
}
