import { type EventLoopUtilization, performance } from "node:perf_hooks";
import type { HistogramSeries } from "@streamgate/telemetry";
import type { Sampler, SamplerContext } from "./sampler.ts";

/** Waking a process that sleeps costs some 30–90 µs, asking one that is awake 3: so the one is asked less often. */
const BUSY_INTERVAL_MS = 20;
const IDLE_INTERVAL_MS = 100;
const BUSY_UTILIZATION = 0.05;
const STALL_MS = 50;
/** After a longer one the process was stopped, not busy: a debugger, a laptop that slept. */
const LONGEST_DELAY_MS = 60_000;
/** How many ticks share one measurement of their own cost. */
const TICKS_A_MEASUREMENT = 16;
const NAME = "event-loop";

/** The delay of the event loop, by a timer of its own, and how busy it is. */
export function eventLoopSampler(context: SamplerContext): Sampler {
  const delays = context.registry
    .histogram({
      name: "nodejs_eventloop_delay_seconds",
      help: "How long after its time a timer runs: what the event loop makes others wait.",
      unit: "seconds",
    })
    .with();
  const utilizations = context.registry
    .gauge({
      name: "nodejs_eventloop_utilization_ratio",
      help: "Share of the last second in which the event loop was busy.",
      unit: "ratio",
    })
    .with();
  const watch = new DelayWatch(context, delays);
  let before: EventLoopUtilization = performance.eventLoopUtilization();
  return {
    name: NAME,
    intervalMs: 1_000,
    sample: () => {
      const now = performance.eventLoopUtilization();
      const { utilization } = performance.eventLoopUtilization(now, before);
      before = now;
      utilizations.set(utilization);
      watch.setInterval(utilization < BUSY_UTILIZATION ? IDLE_INTERVAL_MS : BUSY_INTERVAL_MS);
      return { loop: { utilization, maxDelayMs: watch.takeLongestMs() } };
    },
    stop: () => watch.stop(),
  };
}

/**
 * A timer that looks how late it is. What it records is what one meets whose request arrives at a random moment: a stall of
 * 200 ms delays ten moments that lie 20 ms apart, by 200, 180, … and 20 ms. A timer is due to the millisecond, so delays
 * below 1 ms mean nothing.
 */
class DelayWatch {
  private readonly context: SamplerContext;
  private readonly delays: HistogramSeries;
  private intervalMs = BUSY_INTERVAL_MS;
  private timer: NodeJS.Timeout;
  private dueMs = 0;
  private longestMs = 0;
  private ticks = 0;

  constructor(context: SamplerContext, delays: HistogramSeries) {
    this.context = context;
    this.delays = delays;
    this.timer = this.begin();
  }

  setInterval(intervalMs: number): void {
    if (intervalMs === this.intervalMs) return;
    this.intervalMs = intervalMs;
    clearTimeout(this.timer);
    this.timer = this.begin();
  }

  takeLongestMs(): number {
    const taken = this.longestMs;
    this.longestMs = 0;
    return taken;
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private begin(): NodeJS.Timeout {
    this.dueMs = performance.now() + this.intervalMs;
    return setTimeout(() => this.tick(), this.intervalMs).unref();
  }

  private tick(): void {
    const nowMs = performance.now();
    const delayMs = Math.max(0, nowMs - this.dueMs);
    this.dueMs = nowMs + this.intervalMs;
    this.timer.refresh();
    if (delayMs <= LONGEST_DELAY_MS) this.record(delayMs);
    this.ticks += 1;
    if (this.ticks % TICKS_A_MEASUREMENT === 0)
      this.context.addCost(NAME, (performance.now() - nowMs) * TICKS_A_MEASUREMENT);
  }

  private record(delayMs: number): void {
    // One look stands for as many moments as lie in its interval.
    this.delays.recordMany(delayMs / 1_000, this.intervalMs / BUSY_INTERVAL_MS);
    for (let left = delayMs - BUSY_INTERVAL_MS; left > 0; left -= BUSY_INTERVAL_MS)
      this.delays.record(left / 1_000);
    if (delayMs > this.longestMs) this.longestMs = delayMs;
    if (delayMs < STALL_MS) return;
    const atMs = this.context.clock.monotonicMs() - delayMs;
    this.context.addStall({ atMs, durationMs: delayMs });
  }
}
