import type { Clock, Random } from "@streamgate/core";

export interface PendingOptions {
  readonly clock: Clock;
  readonly random: Random;
  /** Tries everything once more; true when all acknowledged. */
  readonly attempt: (tags: readonly string[]) => Promise<boolean>;
  /** Tags of which the whole is made, for the case that too many wait. */
  readonly everything: () => readonly string[];
}

const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
/** Beyond so many waiting tags all namespaces are invalidated instead. */
const MOST_TAGS = 100_000;

/**
 * Invalidations that some tier or the bus has not acknowledged: tried again until they are. While a tag waits here,
 * nothing that a shared tier gives under it is believed in this process.
 */
export class PendingInvalidations {
  private readonly options: PendingOptions;
  private readonly ended = new AbortController();
  /** Tag → the number of the call that asked last: an answer to an earlier attempt does not settle a later call. */
  private waiting = new Map<string, number>();
  private calls = 0;
  private running: Promise<void> | undefined;

  constructor(options: PendingOptions) {
    this.options = options;
  }

  get size(): number {
    return this.waiting.size;
  }

  has(tag: string): boolean {
    return this.waiting.has(tag);
  }

  add(tags: readonly string[]): void {
    this.calls += 1;
    for (const tag of tags) this.waiting.set(tag, this.calls);
    if (this.waiting.size > MOST_TAGS) {
      this.waiting = new Map(this.options.everything().map((tag) => [tag, this.calls]));
    }
    this.running ??= this.run();
  }

  /** Tries once more, then gives up; the tags that are left. */
  async close(): Promise<readonly string[]> {
    this.ended.abort();
    await this.running;
    if (this.waiting.size > 0) await this.tryOnce();
    return [...this.waiting.keys()];
  }

  private async run(): Promise<void> {
    const { clock, random } = this.options;
    let pauseMs = FIRST_PAUSE_MS;
    while (this.waiting.size > 0 && !this.ended.signal.aborted) {
      try {
        await clock.sleep(pauseMs * (0.5 + random.next()), this.ended.signal);
      } catch {
        break;
      }
      await this.tryOnce();
      pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
    }
    this.running = undefined;
  }

  private async tryOnce(): Promise<void> {
    const tried = [...this.waiting];
    if (!(await this.options.attempt(tried.map(([tag]) => tag)))) return;
    for (const [tag, call] of tried) if (this.waiting.get(tag) === call) this.waiting.delete(tag);
  }
}
