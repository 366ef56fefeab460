import type { Clock } from "@streamgate/core";

/** Whether something that the application needs is there: resolves if it is, rejects or gives false if not. */
export type ReadinessCheck = (signal: AbortSignal) => unknown;

export type CheckOutcome = "ready" | "failed" | "timed-out";

export interface Readiness {
  readonly status: "ready" | "not-ready" | "draining";
  readonly checks: Readonly<Record<string, CheckOutcome>>;
}

export interface ReadinessOptions {
  readonly checks: Readonly<Record<string, ReadinessCheck>>;
  /** A check that takes longer has failed. */
  readonly timeoutMs: number;
  readonly clock: Clock;
}

/** An answer is good for so long, and for all who ask meanwhile. */
const FRESH_MS = 1_000;

/** Asks the application's checks, not more often than is useful, and never a second time while the first hangs. */
export class ReadinessChecks {
  private readonly options: ReadinessOptions;
  private readonly hanging = new Set<string>();
  private asked: Promise<Readiness> | undefined;
  private answeredAtMs = Number.POSITIVE_INFINITY;
  private isDraining = false;

  constructor(options: ReadinessOptions) {
    this.options = options;
  }

  /** From now on the process is to get no new requests. */
  drain(): void {
    this.isDraining = true;
  }

  async read(): Promise<Readiness> {
    if (this.isDraining) return { status: "draining", checks: {} };
    const ageMs = this.options.clock.monotonicMs() - this.answeredAtMs;
    if (this.asked === undefined || ageMs > FRESH_MS) {
      // Whoever comes while the checks take their time waits for the same answer.
      this.answeredAtMs = Number.POSITIVE_INFINITY;
      this.asked = this.ask();
    }
    return this.asked;
  }

  private async ask(): Promise<Readiness> {
    const outcomes = await Promise.all(
      Object.entries(this.options.checks).map(
        async ([name, check]) => [name, await this.run(name, check)] as const,
      ),
    );
    this.answeredAtMs = this.options.clock.monotonicMs();
    const isReady = outcomes.every(([, outcome]) => outcome === "ready");
    return { status: isReady ? "ready" : "not-ready", checks: Object.fromEntries(outcomes) };
  }

  private async run(name: string, check: ReadinessCheck): Promise<CheckOutcome> {
    if (this.hanging.has(name)) return "timed-out";
    const { timeoutMs } = this.options;
    const overdue = new AbortController();
    this.hanging.add(name);
    const answer = outcomeOf(check, overdue.signal).finally(() => this.hanging.delete(name));
    const inTime = new AbortController();
    const timedOut = this.options.clock
      .sleep(timeoutMs, inTime.signal)
      .then(() => "timed-out" as const);
    const outcome = await Promise.race([answer, timedOut]);
    if (outcome === "timed-out") overdue.abort(new Error(`not ready within ${timeoutMs} ms`));
    else {
      timedOut.catch(() => undefined);
      inTime.abort();
    }
    return outcome;
  }
}

async function outcomeOf(check: ReadinessCheck, signal: AbortSignal): Promise<CheckOutcome> {
  try {
    return (await check(signal)) === false ? "failed" : "ready";
  } catch {
    return "failed";
  }
}
