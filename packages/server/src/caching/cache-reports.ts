import type { CachesReport } from "@streamgate/agent";
import type { Clock } from "@streamgate/core";
import { askAgent } from "../agents/agent-calls.ts";
import type { WatchedProcess } from "../platform/watched-processes.ts";
import { readCachesReport } from "./read-caches-report.ts";

/** What the caches of one process say of themselves now. */
export interface ProcessCaches extends CachesReport {
  readonly service: string;
  readonly instance: string;
}

interface Kept {
  readonly askedAtMs: number;
  readonly answer: Promise<CachesReport | undefined>;
}

const TIMEOUT_MS = 2_000;
const MOST_BYTES = 2_000_000;
/** Of a service of a thousand processes some say enough of what all do. */
const MOST_PROCESSES = 50;
/** However many look on, a process is asked so rarely. */
const GOOD_MS = 3_000;

/** Asks processes for what their caches say, and keeps it for a moment. */
export class CacheReports {
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #kept = new Map<string, Kept>();

  /** @param signal of the platform: who asked first may leave, and others still wait */
  constructor(clock: Clock, signal: AbortSignal) {
    this.#clock = clock;
    this.#signal = signal;
  }

  /** One that does not answer, or has no cache, is left out. */
  async of(processes: readonly WatchedProcess[]): Promise<readonly ProcessCaches[]> {
    this.#forgetOld();
    const answers = await Promise.all(
      processes.slice(0, MOST_PROCESSES).map(async (process) => {
        const report = await this.#askOnce(process);
        const { service, instance } = process;
        return report === undefined ? [] : [{ service, instance, ...report }];
      }),
    );
    return answers.flat().filter(({ caches }) => caches.length > 0);
  }

  #askOnce(process: WatchedProcess): Promise<CachesReport | undefined> {
    const id = JSON.stringify([process.service, process.instance]);
    const known = this.#kept.get(id);
    if (known !== undefined) return known.answer;
    const answer = this.#ask(process).catch(() => undefined);
    this.#kept.set(id, { askedAtMs: this.#clock.monotonicMs(), answer });
    return answer;
  }

  async #ask(process: WatchedProcess): Promise<CachesReport> {
    const answer = await askAgent(process, {
      method: "GET",
      path: "/streamgate/caches",
      timeoutMs: TIMEOUT_MS,
      mostBytes: MOST_BYTES,
      signal: this.#signal,
    });
    return readCachesReport(answer);
  }

  #forgetOld(): void {
    const nowMs = this.#clock.monotonicMs();
    for (const [id, { askedAtMs }] of this.#kept)
      if (nowMs - askedAtMs >= GOOD_MS) this.#kept.delete(id);
  }
}
