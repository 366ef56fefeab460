import type { Clock } from "@streamgate/core";
import { systemClock } from "@streamgate/core";
import type { SeriesPoint } from "../series/point.ts";
import { sqlStateOf } from "./database.ts";
import { badHistoryOption, historyClosed } from "./errors.ts";
import { type Batch, isStorable } from "./journal-frame.ts";
import type { PostgresHistory } from "./open-history.ts";

/** How points are kept until the store has them. */
export interface SeriesWriterOptions {
  readonly history: Pick<PostgresHistory, "encode" | "append">;
  /** How often what was added is written. @default 1_000 */
  readonly intervalMs?: number;
  /**
   * What may wait in memory while the store is away; then the oldest that waits is dropped, and
   * counted. @default 64 MB (64e6): at 100,000 points a minute about seven minutes
   */
  readonly limitBytes?: number;
  /** The longest pause before the store is tried again; the first is 100 ms, and each next one twice as long. @default 5_000 */
  readonly longestPauseMs?: number;
  /** How long `close` waits for what still waits. @default 10_000 */
  readonly closePatienceMs?: number;
  /** Hears of each attempt that failed. @default nobody */
  readonly onProblem?: (error: unknown) => void;
  /** @default systemClock */
  readonly clock?: Clock;
}

/** What became of the points that were added. Each is in exactly one of these. */
export interface SeriesWriterCounts {
  /** On disk: they will not be lost. */
  readonly acknowledged: number;
  readonly waiting: number;
  /** Let go as memory was full, or at the end; nobody was told that they were safe. */
  readonly dropped: number;
  /** No history can keep them: not a time, too long a name. */
  readonly refused: number;
}

/** Writes points behind the back of whoever has them. */
export interface SeriesWriter {
  /** Never waits, and fails only when the writer was closed: `SG_MONITOR_HISTORY_CLOSED`. */
  add(points: readonly SeriesPoint[]): void;
  counts(): SeriesWriterCounts;
  /** Resolves when nothing waits any more: all that was added is acknowledged, dropped or refused. */
  flush(): Promise<void>;
  /** Writes what waits, as long as patience lasts, and drops the rest. */
  close(): Promise<void>;
}

const DEFAULTS = {
  intervalMs: 1_000,
  limitBytes: 64_000_000,
  longestPauseMs: 5_000,
  closePatienceMs: 10_000,
  onProblem: (): void => undefined,
  clock: systemClock,
} as const;

const FIRST_PAUSE_MS = 100;
/** What is dropped at once when memory is full. */
const MOST_POINTS_A_BATCH = 1_000;
/** What one transaction takes when much waits. */
const MOST_POINTS_A_WRITE = 50_000;
/** The statement itself cannot be carried out with these data: the class 22, 23 or 54 of SQLSTATE. */
const DATA_ERROR = /^(22|23|54)/;

/**
 * A queue between the collector and the history: batches each second, patience while the store is
 * away, and a bound on memory. A batch whose fate is unknown is written again, which is safe.
 *
 * @throws StreamGateError `SG_MONITOR_BAD_OPTION`
 * @example
 * ```ts
 * import { createSeriesWriter, openHistory } from "@streamgate/monitor";
 * const history = await openHistory({ database: "postgresql://127.0.0.1/streamgate" });
 * const writer = createSeriesWriter({ history });
 * writer.add([
 *   { key: { name: "up", labels: {} }, point: { kind: "counter", atMs: 1_000, spanMs: 1_000, increase: 1 } },
 * ]);
 * await writer.close();
 * ```
 */
export function createSeriesWriter(options: SeriesWriterOptions): SeriesWriter {
  const resolved = { ...DEFAULTS, ...options };
  for (const name of ["intervalMs", "limitBytes", "longestPauseMs", "closePatienceMs"] as const) {
    const value: unknown = resolved[name];
    if (typeof value !== "number" || !(value >= 1)) {
      throw badHistoryOption(name, value, "a number of at least 1");
    }
  }
  return new QueuedWriter(resolved);
}

class QueuedWriter implements SeriesWriter {
  readonly #options: Required<SeriesWriterOptions>;
  readonly #ending = new AbortController();
  readonly #loop: Promise<void>;
  #added: SeriesPoint[] = [];
  #queue: Batch[] = [];
  #sending: readonly Batch[] = [];
  #acknowledged = 0;
  #dropped = 0;
  #refused = 0;
  #isClosed = false;
  #idle: (() => void)[] = [];
  #wake: () => void = () => undefined;

  constructor(options: Required<SeriesWriterOptions>) {
    this.#options = options;
    this.#loop = this.#run();
  }

  add(points: readonly SeriesPoint[]): void {
    if (this.#isClosed) throw historyClosed();
    for (const point of points) {
      if (isStorable(point)) this.#added.push(point);
      else this.#refused += 1;
    }
    if (this.#added.length > MOST_POINTS_A_WRITE) this.#encodeAdded();
  }

  counts(): SeriesWriterCounts {
    const queued = [...this.#sending, ...this.#queue].reduce((sum, { points }) => sum + points, 0);
    return {
      acknowledged: this.#acknowledged,
      waiting: queued + this.#added.length,
      dropped: this.#dropped,
      refused: this.#refused,
    };
  }

  async flush(): Promise<void> {
    if (this.counts().waiting === 0) return;
    const idle = new Promise<void>((resolve) => this.#idle.push(resolve));
    this.#wake();
    await idle;
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const { clock, closePatienceMs } = this.#options;
    const patience = clock.sleep(closePatienceMs, this.#ending.signal).catch(() => undefined);
    const isAllWritten = await Promise.race([
      this.flush().then(() => true),
      patience.then(() => false),
    ]);
    this.#dropped += this.counts().waiting;
    this.#added = [];
    this.#queue = [];
    this.#sending = [];
    this.#ending.abort();
    this.#wake();
    this.#settleIdle();
    if (isAllWritten) await this.#loop;
  }

  async #run(): Promise<void> {
    while (!this.#ending.signal.aborted) {
      await this.#untilNextWrite();
      this.#encodeAdded();
      while (this.#queue.length > 0 && !this.#ending.signal.aborted) await this.#writeSome();
      if (this.counts().waiting === 0) this.#settleIdle();
    }
  }

  /** The interval, or until somebody asks for a flush. */
  async #untilNextWrite(): Promise<void> {
    if (this.#idle.length > 0) return;
    const cut = new AbortController();
    this.#wake = () => cut.abort();
    await this.#options.clock.sleep(this.#options.intervalMs, cut.signal).catch(() => undefined);
    this.#wake = () => undefined;
  }

  /** The oldest that wait together, tried until they are written, refused or dropped. */
  async #writeSome(): Promise<void> {
    this.#takeSome();
    let pauseMs = FIRST_PAUSE_MS;
    while (this.#sending.length > 0) {
      const { frames, points, sizeBytes } = combined(this.#sending);
      try {
        await this.#options.history.append({ frames, points, sizeBytes });
        if (this.#sending.length > 0) this.#acknowledged += points;
        this.#sending = [];
      } catch (error) {
        this.#options.onProblem(error);
        if (DATA_ERROR.test(sqlStateOf(error) ?? "")) {
          await this.#writeOneByOne();
          return;
        }
        await this.#pause(pauseMs);
        pauseMs = Math.min(pauseMs * 2, this.#options.longestPauseMs);
      }
      this.#encodeAdded();
    }
  }

  #takeSome(): void {
    let points = 0;
    let count = 0;
    for (const batch of this.#queue) {
      if (count > 0 && points + batch.points > MOST_POINTS_A_WRITE) break;
      points += batch.points;
      count += 1;
    }
    this.#sending = this.#queue.splice(0, count);
  }

  /** One metric among them cannot be stored: the others shall not suffer for it. */
  async #writeOneByOne(): Promise<void> {
    const { frames } = combined(this.#sending);
    this.#sending = [];
    const single = frames.map((frame) => ({
      frames: [frame],
      points: frame.seen.length,
      sizeBytes: frame.columns.length,
    }));
    for (const [position, batch] of single.entries()) {
      try {
        await this.#options.history.append(batch);
        this.#acknowledged += batch.points;
      } catch (error) {
        if (!DATA_ERROR.test(sqlStateOf(error) ?? "")) {
          this.#queue.unshift(...single.slice(position));
          return;
        }
        this.#refused += batch.points;
      }
    }
  }

  async #pause(ms: number): Promise<void> {
    await this.#options.clock.sleep(ms, this.#ending.signal).catch(() => undefined);
  }

  #encodeAdded(): void {
    if (this.#added.length === 0) return;
    const points = this.#added;
    this.#added = [];
    for (let from = 0; from < points.length; from += MOST_POINTS_A_BATCH) {
      const part = points.slice(from, from + MOST_POINTS_A_BATCH);
      this.#queue.push(this.#options.history.encode(part));
    }
    this.#keepWithinLimit();
  }

  #keepWithinLimit(): void {
    const { limitBytes } = this.#options;
    let waiting = [...this.#sending, ...this.#queue].reduce(
      (sum, batch) => sum + batch.sizeBytes,
      0,
    );
    while (waiting > limitBytes) {
      const oldest = this.#queue.shift();
      if (oldest === undefined) return;
      waiting -= oldest.sizeBytes;
      this.#dropped += oldest.points;
    }
  }

  #settleIdle(): void {
    for (const resolve of this.#idle.splice(0)) resolve();
  }
}

function combined(batches: readonly Batch[]): Batch {
  return {
    frames: batches.flatMap(({ frames }) => frames),
    points: batches.reduce((sum, { points }) => sum + points, 0),
    sizeBytes: batches.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0),
  };
}
