import { setMaxListeners } from "node:events";
import { type Clock, messageOf, StreamGateError } from "@streamgate/core";
import type { Id } from "../memory/memory-index.ts";
import { progressFailed, warmTargetsFailed } from "./errors.ts";
import { Pace } from "./pace.ts";
import { publishProgress } from "./publish.ts";
import { SourceHealth, type Suffering } from "./source-health.ts";
import type { ResolvedWarmOptions, WarmReport, WarmTarget } from "./warm-options.ts";

/** What became of a target; `left`: the warm-up ended before its turn came. */
export type WarmOutcome = "loaded" | "alreadyThere" | "left";

/** Gets one target into the cache, and waits for `turn` before it burdens the source; goes no further where that gives false. */
export type Bring = (target: WarmTarget, turn: () => Promise<boolean>) => Promise<WarmOutcome>;

type Targets = Iterable<Id | WarmTarget> | AsyncIterable<Id | WarmTarget>;

const FIRST_REST_MS = 1_000;
/** After so many targets everything else in the process gets its turn, whether or not there was anything to wait for. */
const TARGETS_A_TURN = 64;

/**
 * Brings a list into a cache, the most valuable first, without hurting the source: bounded in rate and concurrency; when
 * loads get three times as slow as the first ones, or too many fail, it rests, longer each time, goes on at half the
 * rate, and in the end stops.
 */
export class WarmUp {
  readonly health: SourceHealth = new SourceHealth();
  private readonly namespace: string;
  private readonly options: ResolvedWarmOptions;
  private readonly clock: Clock;
  private readonly pace: Pace;
  private readonly startedMs: number;
  private readonly over = new AbortController();
  /** Of workers that wait for the list. */
  private readonly waiting = new Set<() => void>();
  private readonly counts = { loaded: 0, alreadyThere: 0, failed: 0 };
  private total: number | undefined;
  private taken = 0;
  private restsTaken = 0;
  private firstFailure: WarmReport["firstFailure"];
  private ended: WarmReport["ended"] | undefined;
  private broken: StreamGateError | undefined;
  private resting: Promise<void> | undefined;

  constructor(namespace: string, options: ResolvedWarmOptions, clock: Clock) {
    this.namespace = namespace;
    this.options = options;
    this.clock = clock;
    this.pace = new Pace(clock, options.perSecond);
    this.startedMs = clock.monotonicMs();
    // Every worker may sleep on it.
    setMaxListeners(0, this.over.signal);
  }

  /** @throws StreamGateError `SG_CACHE_WARM_TARGETS_FAILED`, `SG_CACHE_WARM_PROGRESS_FAILED` */
  async run(targets: Targets, bring: Bring): Promise<WarmReport> {
    const { signal, concurrency } = this.options;
    const abort = (): void => this.end("aborted");
    if (signal?.aborted === true) abort();
    signal?.addEventListener("abort", abort, { once: true });
    this.total = Array.isArray(targets) ? targets.length : undefined;
    const source = iteratorOf(targets);
    try {
      await Promise.all(Array.from({ length: concurrency }, () => this.work(source, bring)));
    } finally {
      signal?.removeEventListener("abort", abort);
      // A list that hangs would never return either.
      source.return(undefined).catch(() => undefined);
    }
    if (this.broken !== undefined) throw this.broken;
    return {
      ...this.counts,
      ...(this.firstFailure === undefined ? {} : { firstFailure: this.firstFailure }),
      tookMs: this.clock.monotonicMs() - this.startedMs,
      ended: this.ended ?? "complete",
    };
  }

  private async work(source: AsyncGenerator<WarmTarget>, bring: Bring): Promise<void> {
    while (this.ended === undefined) {
      const target = await this.nextOf(source);
      if (target === undefined || this.ended !== undefined) return;
      const outcome = await this.outcomeOf(target, bring);
      if (outcome === "left") return;
      this.counts[outcome] += 1;
      this.tell();
    }
  }

  /** Undefined when there is no further one, or the warm-up is over. */
  private async nextOf(source: AsyncGenerator<WarmTarget>): Promise<WarmTarget | undefined> {
    this.taken += 1;
    if (this.taken % TARGETS_A_TURN === 0) await new Promise((resolve) => setImmediate(resolve));
    // Not Promise.race with one promise for all: that would keep something of every target until the end.
    return new Promise((resolve) => {
      const giveUp = (): void => resolve(undefined);
      this.waiting.add(giveUp);
      source
        .next()
        .then(({ done, value }) => resolve(done === true ? undefined : value))
        .catch((error: unknown) => {
          this.broken ??= warmTargetsFailed(this.namespace, error);
          giveUp();
        })
        .finally(() => this.waiting.delete(giveUp));
    });
  }

  private async outcomeOf(target: WarmTarget, bring: Bring): Promise<WarmOutcome | "failed"> {
    try {
      return await bring(target, () => this.turn());
    } catch (error) {
      if (error instanceof StreamGateError && error.code === "SG_CACHE_CLOSED") {
        this.end("closed");
        return "left";
      }
      // What cannot be loaded now is loaded when somebody asks; enough of it ends the warm-up.
      this.firstFailure ??= { id: target.id, reason: messageOf(error) };
      return "failed";
    }
  }

  /** Waits until the source may be asked once more; false when the warm-up is over. */
  private async turn(): Promise<boolean> {
    try {
      do {
        await this.rested();
        if (this.ended !== undefined) return false;
        await this.pace.turn(this.over.signal);
        // Others may have found out meanwhile that the source suffers.
      } while (this.resting !== undefined || this.health.suffering !== undefined);
    } catch {
      return false;
    }
    return this.ended === undefined;
  }

  private async rested(): Promise<void> {
    const { suffering } = this.health;
    if (suffering !== undefined) this.resting ??= this.rest(suffering);
    await this.resting;
  }

  private async rest(suffering: Suffering): Promise<void> {
    if (this.restsTaken >= this.options.rests) {
      this.end(`source ${suffering}`);
      return;
    }
    this.restsTaken += 1;
    this.tell(suffering);
    await this.clock.sleep(FIRST_REST_MS * 2 ** (this.restsTaken - 1), this.over.signal);
    this.health.forgetLast();
    this.pace.halve();
    this.resting = undefined;
  }

  private end(ended: WarmReport["ended"]): void {
    this.ended ??= ended;
    this.over.abort();
    for (const giveUp of this.waiting) giveUp();
  }

  private tell(resting?: Suffering): void {
    const { loaded, alreadyThere, failed } = this.counts;
    const done = loaded + alreadyThere + failed;
    const { total } = this;
    publishProgress(() => ({
      activity: `warming ${this.namespace}`,
      done,
      ...(total === undefined ? {} : { total }),
      unit: "entries",
    }));
    try {
      this.options.onProgress?.({
        done,
        total,
        loaded,
        alreadyThere,
        failed,
        elapsedMs: this.clock.monotonicMs() - this.startedMs,
        ...(resting === undefined ? {} : { resting }),
      });
    } catch (error) {
      this.broken ??= progressFailed(this.namespace, error);
      this.end("aborted");
    }
  }
}

async function* iteratorOf(targets: Targets): AsyncGenerator<WarmTarget> {
  for await (const target of targets) yield typeof target === "object" ? target : { id: target };
}
