import { LatencyHistogram } from "./latency-histogram.ts";

/** Figures of a stretch of traffic. Latency counts from the moment at which a request was due. */
export interface TrafficFigures {
  readonly sent: number;
  readonly completed: number;
  /** Answers with an unexpected status, and requests without an answer. */
  readonly errors: number;
  /** Arrivals that were not sent, because too many were unanswered. */
  readonly dropped: number;
  readonly writes: number;
  readonly p50Ms: number | null;
  readonly p95Ms: number | null;
  readonly p99Ms: number | null;
  /** Answers by status; 0 counts requests without one. */
  readonly statuses: Readonly<Record<string, number>>;
}

export class TrafficCounts {
  private sent = 0;
  private completed = 0;
  private errors = 0;
  private dropped = 0;
  private writes = 0;
  private readonly statuses = new Map<number, number>();
  private readonly latencies = new LatencyHistogram();

  addSent(isWrite: boolean): void {
    this.sent += 1;
    if (isWrite) this.writes += 1;
  }

  addDropped(): void {
    this.dropped += 1;
  }

  /** @param status 0 where no answer came */
  addCompleted(status: number, isExpected: boolean, latencyMs: number): void {
    this.completed += 1;
    if (!isExpected) this.errors += 1;
    this.statuses.set(status, (this.statuses.get(status) ?? 0) + 1);
    this.latencies.add(latencyMs);
  }

  figures(): TrafficFigures {
    return {
      sent: this.sent,
      completed: this.completed,
      errors: this.errors,
      dropped: this.dropped,
      writes: this.writes,
      p50Ms: this.latencies.quantileMs(0.5),
      p95Ms: this.latencies.quantileMs(0.95),
      p99Ms: this.latencies.quantileMs(0.99),
      statuses: Object.fromEntries(this.statuses),
    };
  }
}
