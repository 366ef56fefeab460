import { messageOf } from "@streamgate/core";
import type { EdgeSink } from "../edge-sink.ts";
import { queueClosed } from "../errors.ts";
import { openJournal, type PurgeJournal } from "./journal.ts";
import type { JournalRecord } from "./journal-lines.ts";
import { type LaneJournal, PurgeLane } from "./lane.ts";
import {
  type PurgeQueueOptions,
  type ResolvedPurgeQueueOptions,
  resolvePurgeQueueOptions,
} from "./options.ts";
import { EVERYTHING, type PurgeTarget } from "./target.ts";
import { createTicket } from "./ticket.ts";

/** The way of a purge through a queue. */
export interface PurgeTicket {
  /** Resolves once the purge is in the journal, at once without one; rejects when it could not be written there. */
  readonly accepted: Promise<void>;
  /**
   * Resolves once every edge has taken the purge. Rejects when one refuses it or the queue is closed before; it
   * is still tried again then, now or after the next start.
   */
  readonly done: Promise<void>;
}

/** Purges every edge of an API, however long one of them is away. */
export interface PurgeQueue extends EdgeSink {
  /** Resolves once the purge is in the journal; it goes out behind. */
  purge(tags: readonly string[]): Promise<void>;
  /** As `purge`, for who wants to wait until the edges have taken it. */
  submit(tags: readonly string[]): PurgeTicket;
  /** Purges every page that any of this project's responses left at the edges. */
  purgeEverything(): PurgeTicket;
  /** Tags that wait or are under way, by the purger's name. */
  pending(): Readonly<Record<string, number>>;
  /** Resolves when nothing waits, is under way or is to be repeated, or the queue is closed. */
  idle(): Promise<void>;
  /** Tries for a while to send what waits, then leaves it to the journal. Later purges reject. */
  close(): Promise<void>;
}

/**
 * Opens a purge queue: a tag that comes alone goes out at once, more that come shortly after go out together, to all purgers, in requests
 * as large as each service allows; a failed request is made again with growing waits, or when the service says so.
 * Nothing is dropped: what waits is in the journal, and when too much waits everything is purged instead.
 *
 * @throws SG_CACHE_EDGE_BAD_OPTION; SG_CACHE_EDGE_JOURNAL_IN_USE; SG_CACHE_EDGE_JOURNAL_FAILED
 * @example
 * ```ts
 * import { createPurgeQueue, varnishPurgers } from "@streamgate/cache/edge";
 * import { seededRandom, systemClock } from "@streamgate/core";
 * const queue = await createPurgeQueue({
 *   purgers: varnishPurgers({ servers: ["http://varnish-1:6081"] }),
 *   journal: { path: "/var/lib/my-api/purges" },
 *   clock: systemClock,
 *   random: seededRandom(process.pid),
 * });
 * await queue.purge(["user:7"]);
 * ```
 */
export async function createPurgeQueue(options: PurgeQueueOptions): Promise<PurgeQueue> {
  const resolved = resolvePurgeQueueOptions(options);
  const names = resolved.purgers.map(({ name }) => name);
  const journal =
    resolved.journal === undefined ? undefined : await openJournal(resolved.journal, names);
  return new JournalledQueue(resolved, journal);
}

class JournalledQueue implements PurgeQueue {
  readonly #options: ResolvedPurgeQueueOptions;
  readonly #journal: PurgeJournal | undefined;
  readonly #lanes: ReadonlyMap<string, PurgeLane>;
  #idleWaiters: { readonly isMet: () => boolean; readonly resolve: () => void }[] = [];
  #closing: Promise<void> | undefined;

  constructor(options: ResolvedPurgeQueueOptions, journal: PurgeJournal | undefined) {
    this.#options = options;
    this.#journal = journal;
    const laneJournal: LaneJournal = {
      settle: (purger, targets) => this.#record({ kind: "settle", purger, targets }),
      only: (purger, targets) => this.#record({ kind: "only", purger, targets }),
    };
    const onQuiet = (): void => this.#tellIdle();
    this.#lanes = new Map(
      options.purgers.map((purger) => [
        purger.name,
        new PurgeLane(purger, options, laneJournal, onQuiet),
      ]),
    );
    for (const [purger, targets] of journal?.left ?? []) this.#resume(purger, targets);
  }

  async purge(tags: readonly string[]): Promise<void> {
    this.#assertOpen();
    if (tags.length === 0) return;
    const accepted = this.#accept(tags);
    for (const lane of this.#lanes.values()) lane.add(tags);
    await accepted;
  }

  submit(tags: readonly string[]): PurgeTicket {
    this.#assertOpen();
    const targets = [...new Set(tags)];
    const ticket = createTicket(targets.length * this.#lanes.size);
    if (targets.length === 0) return { accepted: Promise.resolve(), done: ticket.done };
    const accepted = this.#accept(targets);
    for (const lane of this.#lanes.values()) lane.add(targets, ticket);
    return { accepted, done: ticket.done };
  }

  purgeEverything(): PurgeTicket {
    return this.submit([EVERYTHING]);
  }

  pending(): Readonly<Record<string, number>> {
    return Object.fromEntries([...this.#lanes].map(([name, lane]) => [name, lane.pendingTags]));
  }

  idle(): Promise<void> {
    return this.#until(() => [...this.#lanes.values()].every((lane) => lane.isAtRest));
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    const lanes = [...this.#lanes.values()];
    const isAtRest = (): boolean => lanes.every((lane) => lane.isAtRest);
    for (const lane of lanes) lane.hurry();
    const patience = new AbortController();
    await Promise.race([
      this.#until(isAtRest),
      this.#options.clock.sleep(this.#options.drainMs, patience.signal).catch(() => undefined),
    ]);
    patience.abort();
    for (const lane of lanes) lane.stop(queueClosed("the queue was closed before it was done"));
    await this.#until(isAtRest);
    await this.#journal?.close();
  }

  #accept(targets: readonly PurgeTarget[]): Promise<void> {
    const accepted = this.#journal?.write({ kind: "add", targets }) ?? Promise.resolve();
    accepted.catch((error: unknown) => this.#tellJournalFailed(error));
    return accepted;
  }

  /** Losing such a record costs a purge that was not needed, so nobody waits for it. */
  #record(record: JournalRecord): void {
    this.#journal?.write(record).catch((error: unknown) => this.#tellJournalFailed(error));
  }

  #resume(purger: string, targets: readonly PurgeTarget[]): void {
    if (targets.length === 0) return;
    this.#options.onEvent({ kind: "resumed", purger, tags: targets.length });
    this.#lanes.get(purger)?.add(targets);
  }

  #tellJournalFailed(error: unknown): void {
    this.#options.onEvent({ kind: "journal-failed", reason: messageOf(error) });
  }

  #assertOpen(): void {
    if (this.#closing !== undefined) throw queueClosed("the queue is closed");
  }

  #until(isMet: () => boolean): Promise<void> {
    if (isMet()) return Promise.resolve();
    return new Promise((resolve) => this.#idleWaiters.push({ isMet, resolve }));
  }

  #tellIdle(): void {
    const met = this.#idleWaiters.filter(({ isMet }) => isMet());
    this.#idleWaiters = this.#idleWaiters.filter((waiter) => !met.includes(waiter));
    for (const { resolve } of met) resolve();
  }
}
