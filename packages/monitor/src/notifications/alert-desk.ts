import { type Clock, messageOf, type Random } from "@streamgate/core";
import type pg from "pg";
import type { AlertTransition } from "../alerts/transition.ts";
import type { ResolvedAlerting } from "./alerting-options.ts";
import { Leadership } from "./leadership/leadership.ts";
import { inTerm, transact } from "./leadership/term.ts";
import { makePass, type PassResult } from "./pass.ts";
import { ChannelTrouble, endOfGoneChannels, troubleId } from "./queue/channel-trouble.ts";
import { Deliverer } from "./queue/deliverer.ts";
import { keepHouse } from "./queue/housekeeping.ts";
import { Renewals } from "./queue/renewals.ts";
import type { AttemptRecord } from "./queue/settle.ts";
import { AlertBook } from "./recording/alert-book.ts";
import { loadAlerts } from "./recording/alert-store.ts";
import { LocalView } from "./recording/local-view.ts";
import type { RecordedAlert } from "./recording/recorded-alert.ts";

export interface AlertDeskOptions {
  readonly pool: pg.Pool;
  /** For the session that holds the leadership: direct, not by a pooler. */
  readonly connection: pg.ClientConfig;
  /** Who this is, for people. */
  readonly holder: string;
  readonly alerting: ResolvedAlerting;
  readonly clock: Clock;
  readonly random: Random;
  readonly onProblem: (part: string, reason: string) => void;
  /** Told after every pass of a leader that changed something. */
  readonly onPass?: (result: PassResult, term: number) => void;
  /** Told after every try to send. */
  readonly onSettled?: (channel: string, record: AttemptRecord) => void;
  readonly onTerm?: (term: number | undefined) => void;
}

/** What the desk says of itself. */
export interface AlertDeskHealth {
  readonly isLeading: boolean;
  readonly term: number | undefined;
  /** How long ago the last pass ended well, in ms; undefined where this instance does not lead. */
  readonly sinceLastPassMs: number | undefined;
  readonly firing: number;
  readonly pending: number;
}

const LOOK_EVERY_MS = 500;
const HOUSEKEEPING_EVERY_MS = 10 * 60_000;
const RESOLVED_KEPT_MS = 3_600_000;
/** An instance that has watched for so long would have seen what there is to be seen. */
const WARM_AFTER_MS = 5 * 60_000;
const STOP_PATIENCE_MS = 5_000;
/** A clock that went back by less is only being adjusted. */
const SET_BACK_MS = 2_000;

/**
 * What follows an alert. Every instance hands in what its evaluation says; the one that leads records it, decides what is
 * told to whom, and delivers.
 */
export class AlertDesk {
  readonly #options: AlertDeskOptions;
  readonly #leadership: Leadership;
  readonly #local = new LocalView();
  readonly #trouble = new ChannelTrouble();
  readonly #renewals: Renewals;
  readonly #stopping = new AbortController();
  #alerting: ResolvedAlerting;
  #deliverer: Deliverer;
  #lead: { readonly term: number; readonly book: AlertBook } | undefined;
  #unrecorded: AlertTransition[] = [];
  #startsAnew = true;
  #passing: Promise<void> | undefined;
  #isWoken = false;
  #timer: NodeJS.Timeout | undefined;
  #dueTimer: NodeJS.Timeout | undefined;
  #startedMs = 0;
  #lastPassMs: number | undefined;
  #lastNowMs = 0;
  #lastHousekeepingMs: number | undefined;

  constructor(options: AlertDeskOptions) {
    this.#options = options;
    this.#alerting = options.alerting;
    this.#renewals = new Renewals(options.pool);
    this.#deliverer = this.#createDeliverer();
    this.#leadership = new Leadership({
      connection: options.connection,
      holder: options.holder,
      clock: options.clock,
      onTerm: (term) => this.#onTerm(term),
      onProblem: (reason) => options.onProblem("leadership", reason),
    });
  }

  start(): void {
    this.#startedMs = this.#options.clock.monotonicMs();
    this.#leadership.start();
    this.#timer = setInterval(() => this.#wake(), LOOK_EVERY_MS);
  }

  /** What the evaluation of this instance says; to be called on every instance, leading or not. */
  tell(transitions: readonly AlertTransition[]): void {
    if (transitions.length === 0) return;
    this.#local.tell(transitions);
    if (this.#leadership.term === undefined) return;
    this.#unrecorded.push(...transitions);
    this.#wake();
  }

  /** What is recorded, where this instance leads; what it sees itself, where it does not. */
  health(): AlertDeskHealth {
    const alerts = this.#lead?.book.alerts ?? new Map<string, RecordedAlert>();
    const local = this.#local.all();
    const firing = this.#lead === undefined ? local : [...alerts.values()];
    return {
      isLeading: this.#lead !== undefined,
      term: this.#leadership.term,
      sinceLastPassMs:
        this.#lead === undefined || this.#lastPassMs === undefined
          ? undefined
          : this.#options.clock.monotonicMs() - this.#lastPassMs,
      firing: firing.filter(({ state }) => state === "firing").length,
      pending: this.#local.pending().length,
    };
  }

  /** Alerts whose condition holds, but not for long enough yet, as this instance sees them. */
  pending(): readonly AlertTransition[] {
    return this.#local.pending();
  }

  /** Goes on with other options; what is in the queue stays there. */
  async reload(alerting: ResolvedAlerting): Promise<void> {
    const old = this.#deliverer;
    old.rest();
    await this.#passing;
    this.#alerting = alerting;
    this.#deliverer = this.#createDeliverer();
    this.#startsAnew = true;
    await old.stop(STOP_PATIENCE_MS);
    if (this.#lead !== undefined) await this.#deliverer.lead(this.#lead.term);
    this.#wake();
  }

  /** Records what was told last, lets what is on its way arrive, and gives the leadership up. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    clearTimeout(this.#dueTimer);
    this.#wake();
    await this.#passing;
    this.#stopping.abort();
    await this.#deliverer.stop(STOP_PATIENCE_MS);
    await this.#leadership.stop();
  }

  #onTerm(term: number | undefined): void {
    if (term === undefined) {
      this.#lead = undefined;
      this.#unrecorded = [];
      this.#deliverer.rest();
    }
    this.#options.onTerm?.(term);
    this.#wake();
  }

  #wake(): void {
    this.#isWoken = true;
    if (this.#stopping.signal.aborted) return;
    this.#passing ??= this.#passWhileWoken().finally(() => {
      this.#passing = undefined;
    });
  }

  async #passWhileWoken(): Promise<void> {
    while (this.#isWoken) {
      this.#isWoken = false;
      try {
        await this.#pass();
      } catch (error) {
        this.#options.onProblem("alerts", messageOf(error));
        return;
      }
    }
  }

  async #pass(): Promise<void> {
    const { pool, clock, onPass } = this.#options;
    const nowMs = clock.now().getTime();
    this.#local.prune(nowMs);
    const term = this.#leadership.term;
    if (term === undefined) return;
    const { book } = await this.#takeOver(term, nowMs);
    const isSetBack = nowMs < this.#lastNowMs - SET_BACK_MS;
    this.#lastNowMs = nowMs;
    if (isSetBack) await this.#deliverer.lead(term);
    const isWarm = clock.monotonicMs() - this.#startedMs >= WARM_AFTER_MS;
    const taken = this.#unrecorded.splice(0);
    const startsAnew = this.#startsAnew || isSetBack;
    const own = [
      ...this.#local.differences(book.alerts, isWarm, nowMs),
      ...(startsAnew ? endOfGoneChannels(book.alerts, this.#alerting.channels, nowMs) : []),
    ];
    const draft = book.draft();
    try {
      const { rules } = this.#alerting;
      const result = await inTerm(pool, term, (query) =>
        makePass(query, term, draft, [...taken, ...own], rules, nowMs, startsAnew),
      );
      book.accept(draft);
      this.#startsAnew = false;
      this.#lastPassMs = clock.monotonicMs();
      if (result.enqueued > 0) this.#deliverer.wake();
      this.#wakeAt(result.nextDueMs, nowMs);
      if (result.recorded.length > 0 || result.enqueued > 0) onPass?.(result, term);
    } catch (error) {
      // Nothing of it was written: it is told again.
      this.#unrecorded.unshift(...taken);
      throw error;
    }
    this.#attend(book, nowMs);
  }

  /** What is due before the next regular look is looked at in time. */
  #wakeAt(dueMs: number | undefined, nowMs: number): void {
    clearTimeout(this.#dueTimer);
    if (dueMs === undefined || dueMs - nowMs >= LOOK_EVERY_MS) return;
    this.#dueTimer = setTimeout(() => this.#wake(), Math.max(1, dueMs - nowMs));
  }

  /** What a new term begins with: what was recorded, and what this instance saw of it itself. */
  async #takeOver(term: number, nowMs: number): Promise<{ readonly book: AlertBook }> {
    if (this.#lead?.term === term) return this.#lead;
    const alerts = await transact(this.#options.pool, (query) =>
      loadAlerts(query, nowMs, RESOLVED_KEPT_MS),
    );
    await this.#deliverer.lead(term);
    const lead = { term, book: new AlertBook(alerts) };
    this.#lead = lead;
    this.#startsAnew = true;
    this.#unrecorded = [...this.#local.all(), ...this.#unrecorded];
    return lead;
  }

  /** What has time: renewals and housekeeping. */
  #attend(book: AlertBook, nowMs: number): void {
    const { pool, clock, onProblem } = this.#options;
    const { channels, retention } = this.#alerting;
    this.#renewals
      .renewDue(channels, book.alerts, nowMs, this.#stopping.signal)
      .catch((error: unknown) => onProblem("renewals", messageOf(error)));
    const sinceMs = clock.monotonicMs() - (this.#lastHousekeepingMs ?? Number.NEGATIVE_INFINITY);
    if (sinceMs < HOUSEKEEPING_EVERY_MS) return;
    this.#lastHousekeepingMs = clock.monotonicMs();
    book.forgetResolvedBefore(nowMs - RESOLVED_KEPT_MS);
    keepHouse(
      pool,
      channels.map(({ name }) => name),
      retention,
      nowMs,
    ).catch((error: unknown) => onProblem("housekeeping", messageOf(error)));
  }

  #createDeliverer(): Deliverer {
    const { pool, clock, random, onProblem } = this.#options;
    const { channels, retry, rateLimit, sendTimeoutMs } = this.#alerting;
    return new Deliverer({
      pool,
      channels,
      clock,
      random,
      retry,
      rateLimit,
      sendTimeoutMs,
      lookEveryMs: LOOK_EVERY_MS,
      onSettled: (channel, record, nowMs) => this.#onSettled(channel, record, nowMs),
      onProblem: (reason) => onProblem("delivery", reason),
    });
  }

  #onSettled(channel: string, record: AttemptRecord, nowMs: number): void {
    this.#options.onSettled?.(channel, record);
    const recorded = this.#lead?.book.alerts.get(troubleId(channel));
    const transition = this.#trouble.after(channel, record, recorded, nowMs);
    if (transition !== undefined) this.tell([transition]);
  }
}
