import { setMaxListeners } from "node:events";
import { messageOf } from "@streamgate/core";
import { purgeRefused } from "../errors.ts";
import type { EdgePurger, PurgeOutcome } from "../purger.ts";
import { backoffMs } from "./backoff.ts";
import type { ResolvedPurgeQueueOptions } from "./options.ts";
import { EVERYTHING, type PurgeBatch, type PurgeTarget, takeBatch } from "./target.ts";
import type { Ticket } from "./ticket.ts";

/** What a lane tells the journal. */
export interface LaneJournal {
  /** These need no purge by this purger any more. */
  settle(purger: string, targets: readonly PurgeTarget[]): void;
  /** This is all that the purger has left. */
  only(purger: string, targets: readonly PurgeTarget[]): void;
}

interface Pending {
  tickets: Ticket[];
  /** Purged once already; this is the second time. */
  isRepeat: boolean;
}

/**
 * What waits for one purger, and the loop that sends it.
 *
 * A target is in up to three states at once: waiting, under way, and to be repeated. Asked for again
 * while it is under way it waits anew, because the page may have been stored in between; it is settled
 * when it is in none of the three.
 */
export class PurgeLane {
  readonly #purger: EdgePurger;
  readonly #options: ResolvedPurgeQueueOptions;
  readonly #journal: LaneJournal;
  readonly #onQuiet: () => void;
  readonly #waiting = new Map<PurgeTarget, Pending>();
  readonly #underWay = new Map<PurgeTarget, number>();
  readonly #toRepeat = new Map<PurgeTarget, number>();
  /** Ends waits for repetition, and the gathering of tags, when the queue closes. */
  readonly #hurry = new AbortController();
  /** Ends requests and waits for retries. */
  readonly #abort = new AbortController();
  #failures = 0;
  #lastSentMs = Number.NEGATIVE_INFINITY;
  #isRunning = false;
  #isStopped = false;
  /** What those are told who wait for what a stopped lane leaves undone. */
  #stopError: Error | undefined;
  /** Grows when everything takes the place of single tags, so that their repetitions lapse. */
  #generation = 0;

  constructor(
    purger: EdgePurger,
    options: ResolvedPurgeQueueOptions,
    journal: LaneJournal,
    onQuiet: () => void,
  ) {
    this.#purger = purger;
    this.#options = options;
    this.#journal = journal;
    this.#onQuiet = onQuiet;
    // Any number of batches may wait for their repetition.
    setMaxListeners(0, this.#hurry.signal, this.#abort.signal);
  }

  /** Nothing waits, is under way or is to be repeated. */
  get isQuiet(): boolean {
    return this.#waiting.size + this.#underWay.size + this.#toRepeat.size === 0;
  }

  /** Nothing can be expected of it any more. */
  get isAtRest(): boolean {
    return this.isQuiet || (this.#isStopped && !this.#isRunning);
  }

  get pendingTags(): number {
    return this.#waiting.size + this.#underWay.size;
  }

  add(targets: readonly PurgeTarget[], ticket?: Ticket): void {
    for (const target of targets) this.#wait(target, ticket === undefined ? [] : [ticket]);
    const { maxPendingTags } = this.#options;
    if (this.#waiting.size + this.#toRepeat.size > maxPendingTags) this.#escalate();
    this.#start();
  }

  /** Sends what waits without gathering; a failure from now on stops the lane. */
  hurry(): void {
    this.#hurry.abort();
    if (!this.isQuiet) this.#start();
  }

  /** Gives up; what is not done stays in the journal. Those who wait are told. */
  stop(error: Error): void {
    this.#isStopped = true;
    this.#stopError = error;
    this.#hurry.abort();
    this.#abort.abort();
    if (!this.#isRunning) this.#failWaiting();
  }

  #failWaiting(): void {
    const error = this.#stopError;
    if (error === undefined) return;
    for (const { tickets } of this.#waiting.values())
      for (const ticket of tickets) ticket.fail(error);
  }

  #wait(target: PurgeTarget, tickets: readonly Ticket[], isRepeat = false): void {
    // The purge of everything that waits covers whatever is added before it is sent.
    const name = this.#waiting.has(EVERYTHING) ? EVERYTHING : target;
    if (name !== target) this.#journal.settle(this.#purger.name, [target]);
    const present = this.#waiting.get(name);
    if (present === undefined) {
      this.#waiting.set(name, { tickets: [...tickets], isRepeat });
    } else {
      present.tickets.push(...tickets);
      present.isRepeat &&= isRepeat;
    }
  }

  #escalate(): void {
    const tickets = [...this.#waiting.values()].flatMap((pending) => pending.tickets);
    const tags = this.#waiting.size + this.#toRepeat.size;
    if (this.#waiting.size === 1 && this.#waiting.has(EVERYTHING)) return;
    this.#waiting.clear();
    this.#toRepeat.clear();
    this.#generation += 1;
    this.#waiting.set(EVERYTHING, { tickets, isRepeat: false });
    this.#journal.only(this.#purger.name, [EVERYTHING, ...this.#underWay.keys()]);
    this.#options.onEvent({ kind: "escalated", purger: this.#purger.name, tags });
  }

  #start(): void {
    if (this.#isRunning || this.#isStopped) return;
    this.#isRunning = true;
    void this.#run().finally(() => {
      this.#isRunning = false;
      if (this.#isStopped) this.#failWaiting();
      else if (this.#waiting.size > 0) this.#start();
      this.#onQuiet();
    });
  }

  async #run(): Promise<void> {
    const { clock, maxRequests } = this.#options;
    let delayMs = 0;
    while (this.#waiting.size > 0 && !this.#isStopped) {
      await (delayMs > 0 ? this.#pause(delayMs, this.#abort.signal) : this.#gather());
      this.#lastSentMs = clock.monotonicMs();
      const requests: Promise<number>[] = [];
      // One request at a time while the service fails: it need not be told four times.
      const most = this.#failures > 0 ? 1 : maxRequests;
      while (this.#waiting.size > 0 && requests.length < most && !this.#isStopped)
        requests.push(this.#send(takeBatch(this.#waiting.keys(), this.#purger)));
      delayMs = Math.max(...(await Promise.all(requests)), 0);
      if (delayMs > 0 && this.#hurry.signal.aborted) this.#isStopped = true;
    }
  }

  /** What comes alone goes out at once, with what else comes in the same turn; after that a window is gathered. */
  async #gather(): Promise<void> {
    const { clock, windowMs } = this.#options;
    const sinceMs = clock.monotonicMs() - this.#lastSentMs;
    await this.#pause(Math.max(0, windowMs - sinceMs), this.#hurry.signal);
  }

  async #pause(ms: number, signal: AbortSignal): Promise<void> {
    if (!signal.aborted) await this.#options.clock.sleep(ms, signal).catch(() => undefined);
  }

  /** Sends one batch; how long to wait after it, 0 where it went well. */
  async #send(batch: PurgeBatch): Promise<number> {
    const { clock, onEvent } = this.#options;
    const { name } = this.#purger;
    const sent = new Map<PurgeTarget, Pending>();
    for (const target of batch.keysOfTarget.keys()) {
      const pending = this.#waiting.get(target);
      if (pending !== undefined) sent.set(target, pending);
      this.#waiting.delete(target);
      count(this.#underWay, target, 1);
    }
    const startedMs = clock.monotonicMs();
    const outcome = await this.#purge(batch.keys);
    for (const target of sent.keys()) count(this.#underWay, target, -1);
    if (outcome.kind === "purged") {
      this.#failures = 0;
      const durationMs = clock.monotonicMs() - startedMs;
      const isRepeat = [...sent.values()].every((pending) => pending.isRepeat);
      this.#finish(sent);
      onEvent({
        kind: "purged",
        purger: name,
        tags: sent.size,
        keys: batch.keys.length,
        durationMs,
        isRepeat,
      });
      return 0;
    }
    return this.#putBack(batch, sent, outcome);
  }

  async #purge(keys: readonly string[]): Promise<PurgeOutcome> {
    try {
      return await this.#purger.purge(keys, this.#abort.signal);
    } catch (error) {
      return { kind: "retry", reason: messageOf(error) };
    }
  }

  /** What failed waits again; what did not is finished. */
  #putBack(
    batch: PurgeBatch,
    sent: ReadonlyMap<PurgeTarget, Pending>,
    outcome: Exclude<PurgeOutcome, { kind: "purged" }>,
  ): number {
    const { random, onEvent } = this.#options;
    const { name } = this.#purger;
    const failedKeys = new Set(outcome.kind === "partly" ? outcome.failedKeys : batch.keys);
    const isFailed = ([target]: readonly [PurgeTarget, Pending]): boolean =>
      (batch.keysOfTarget.get(target) ?? []).some((key) => failedKeys.has(key));
    const failed = [...sent].filter(isFailed);
    this.#finish(new Map([...sent].filter((entry) => !isFailed(entry))));
    const isRefused = outcome.kind === "refused";
    const refusal = isRefused ? purgeRefused(name, outcome.reason) : undefined;
    for (const [target, { tickets, isRepeat }] of failed) {
      if (refusal !== undefined) for (const ticket of tickets) ticket.fail(refusal);
      this.#wait(target, refusal === undefined ? tickets : [], isRepeat);
    }
    this.#failures += 1;
    const retryAfterMs = outcome.kind === "retry" ? (outcome.retryAfterMs ?? 0) : 0;
    const delayMs = backoffMs(this.#failures, retryAfterMs, this.#options, random);
    onEvent({
      kind: isRefused ? "refused" : "retrying",
      purger: name,
      reason: outcome.reason,
      delayMs,
    });
    return delayMs;
  }

  #finish(sent: ReadonlyMap<PurgeTarget, Pending>): void {
    const repeatAfterMs = this.#purger.repeatAfterMs;
    const again = repeatAfterMs > 0 ? [...sent].filter(([, { isRepeat }]) => !isRepeat) : [];
    if (again.length > 0)
      void this.#repeat(
        again.map(([target]) => target),
        repeatAfterMs,
      );
    const settled = [...sent.keys()].filter(
      (target) =>
        !this.#waiting.has(target) && !this.#underWay.has(target) && !this.#toRepeat.has(target),
    );
    if (settled.length > 0) this.#journal.settle(this.#purger.name, settled);
    for (const { tickets } of sent.values()) for (const ticket of tickets) ticket.settleOne();
  }

  async #repeat(targets: readonly PurgeTarget[], afterMs: number): Promise<void> {
    for (const target of targets) count(this.#toRepeat, target, 1);
    const generation = this.#generation;
    await this.#options.clock.sleep(afterMs, this.#hurry.signal).catch(() => undefined);
    if (this.#isStopped || generation !== this.#generation) return;
    for (const target of targets) {
      count(this.#toRepeat, target, -1);
      this.#wait(target, [], true);
    }
    this.#start();
  }
}

function count(counts: Map<PurgeTarget, number>, target: PurgeTarget, change: 1 | -1): void {
  const next = (counts.get(target) ?? 0) + change;
  if (next > 0) counts.set(target, next);
  else counts.delete(target);
}
