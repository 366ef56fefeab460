import type { CheckedWrite, CheckedWrites } from "./checked-writes.ts";

/** What became of the checked writes. */
export interface StaleCount {
  readonly writes: number;
  /** Reads that began after the write was answered, and were judged. */
  readonly reads: number;
  /** Answered by the state before the write, where that may never be. */
  readonly stale: number;
  /** By the other process, of writes that do not wait for it: within its lease. */
  readonly late: number;
  readonly longestLateMs: number;
}

/** For so long another process may answer by what it had. */
const LEASE_MS = 1_000;

/**
 * Writes through one process while both are asked for the same, and asks both again when the write was answered: the process
 * that wrote must know, and the other too where the write waited for it.
 */
export class StaleChecker {
  private writes = 0;
  private reads = 0;
  private stale = 0;
  private late = 0;
  private longestLateMs = 0;
  private readonly urls: readonly string[];
  private readonly writesToCheck: CheckedWrites;
  private readonly tell: (line: string) => void;

  constructor(urls: readonly string[], writesToCheck: CheckedWrites, tell: (line: string) => void) {
    this.urls = urls;
    this.writesToCheck = writesToCheck;
    this.tell = tell;
  }

  /** Checks so many writes a second, through each process in turn, until the signal comes. */
  async run(writesPerSecond: number, signal: AbortSignal): Promise<StaleCount> {
    const startMs = performance.now();
    for (let number = 0; !signal.aborted; number += 1) {
      const dueMs = startMs + (number / writesPerSecond) * 1_000;
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, dueMs - performance.now())));
      const writer = this.urls[number % this.urls.length];
      if (writer !== undefined) await this.check(this.writesToCheck.next(), writer);
    }
    const { writes, reads, stale, late, longestLateMs } = this;
    return { writes, reads, stale, late, longestLateMs };
  }

  private async check(checked: CheckedWrite, writer: string): Promise<void> {
    let isAnswered = false;
    const readers = this.urls.map(async (each) => {
      while (!isAnswered) await checked.isSeen(each);
    });
    const isWritten = await checked.write(writer);
    const answeredMs = performance.now();
    isAnswered = true;
    if (!isWritten) throw new Error(`the write of a ${checked.kind} was refused`);
    this.writes += 1;
    await Promise.all([
      ...readers,
      ...this.urls.map((each) => this.judge(checked, each, each === writer, answeredMs)),
    ]);
  }

  private async judge(
    checked: CheckedWrite,
    url: string,
    isOwn: boolean,
    answeredMs: number,
  ): Promise<void> {
    this.reads += 1;
    if (await checked.isSeen(url)) return;
    const mayBeLate = !isOwn && !checked.isAwaitedEverywhere;
    let staleForMs = 0;
    while (mayBeLate && staleForMs <= LEASE_MS) {
      staleForMs = performance.now() - answeredMs;
      if (!(await checked.isSeen(url))) continue;
      this.late += 1;
      this.longestLateMs = Math.max(this.longestLateMs, staleForMs);
      return;
    }
    this.stale += 1;
    this.tell(`stale: a ${checked.kind}, asked of ${isOwn ? "the writer" : "the other process"}`);
  }
}
