import { type HistorySize, openHistory, type SeriesPoint } from "@streamgate/monitor";
import { startMortalPostgres } from "../../test/support/mortal-postgres.ts";
import { cpuMsOfProcessTree } from "../support/process-cpu.ts";
import { agentSeries } from "./agent-series.ts";
import { createLedger } from "./ledger.ts";
import { simulatedClock } from "./simulated-clock.ts";
import { STORE_SETTINGS } from "./store-settings.ts";

const DAY_MS = 86_400_000;
/** Ends in the middle of a window of every tier. */
const DAYS = 34.6;
const STEP_MS = 900_000;
const STEPS_A_WRITE = 24;
/** Of the 128 series of one process; 25 are left. */
const EVERY_NTH = 5;
const READS = 100;
const SMALL_LIMIT_BYTES = 10_000_000;

export interface Days {
  readonly bytesAPoint: { readonly "5m": number; readonly "1h": number };
  /** Of a read of 30 days of eight histograms, 360 points each, ascending. */
  readonly readsMs: readonly number[];
  /** Of reader and store, a read. */
  readonly readCpuMs: number;
  /** Series of which a tier does not say what was written. */
  readonly differences: readonly string[];
  /** Tiers that keep more than their retention and one partition. */
  readonly overdue: readonly number[];
  /** What the history took when its limit was lowered to 10 MB. */
  readonly limitedBytes: number;
  readonly limitBytes: number;
}

/** Weeks of history in a minute: points every quarter of an hour, partitions that come and go, reads over all of it. */
export async function measureDays(tell: (line: string) => void): Promise<Days> {
  tell(`${DAYS} simulated days, a point every quarter of an hour of each series`);
  const server = await startMortalPostgres({ isDurable: true, settings: STORE_SETTINGS });
  const startMs = Date.UTC(2026, 0, 1);
  const clock = simulatedClock(startMs);
  const series = agentSeries(1, 2, EVERY_NTH);
  const ledger = createLedger();
  const options = {
    database: server.locate,
    clock,
    maintenanceIntervalMs: Number.POSITIVE_INFINITY,
  };
  const history = await openHistory(options);
  try {
    let waiting: SeriesPoint[] = [];
    for (let step = 1; step <= (DAYS * DAY_MS) / STEP_MS; step += 1) {
      clock.advance(STEP_MS);
      waiting.push(...series.pointsAt(clock.nowMs, STEP_MS));
      if (step % STEPS_A_WRITE !== 0) continue;
      await history.write(waiting);
      // What the five-minute tier will still hold at the end.
      if (clock.nowMs > startMs + 5 * DAY_MS) ledger.record(waiting);
      waiting = [];
      await history.maintain();
    }
    const toMs = clock.nowMs;
    const differences: string[] = [];
    for (const stepMs of [300_000, 3_600_000]) {
      for (const name of ledger.names) {
        const fromMs = startMs + 5 * DAY_MS;
        const windows = await history.read({ selector: { name, where: [] }, fromMs, toMs, stepMs });
        differences.push(...ledger.differences(windows));
      }
    }
    const readsMs: number[] = [];
    const cpuBefore = await cpuMsOfProcessTree();
    for (let read = 0; read < READS; read += 1) {
      const began = performance.now();
      await history.read({
        selector: {
          name: "http_server_request_duration_seconds",
          where: [{ label: "service", is: "media" }],
        },
        fromMs: toMs - 30 * DAY_MS,
        toMs,
      });
      readsMs.push(performance.now() - began);
    }
    const readCpuMs = ((await cpuMsOfProcessTree()) - cpuBefore) / READS;
    const size = await history.size();
    await history.close();

    const limited = await openHistory({ ...options, limitBytes: SMALL_LIMIT_BYTES });
    await limited.maintain();
    const limitedSize = await limited.size();
    await limited.close();
    return {
      bytesAPoint: bytesAPointOf(size, series.count, toMs),
      readsMs: readsMs.sort((left, right) => left - right),
      readCpuMs,
      differences,
      overdue: overdueTiers(size, toMs),
      limitedBytes: limitedSize.bytes,
      limitBytes: SMALL_LIMIT_BYTES,
    };
  } finally {
    await history.close();
    await server.stop();
  }
}

const PARTITION_MS: Readonly<Record<number, number>> = {
  1000: 1_800_000,
  10000: 21_600_000,
  300000: 2 * DAY_MS,
  3600000: 32 * DAY_MS,
};

function overdueTiers({ tiers }: HistorySize, nowMs: number): readonly number[] {
  return tiers
    .filter(({ stepMs, oldestMs = nowMs, retentionMs }) => {
      const mostMs = retentionMs + (PARTITION_MS[stepMs] ?? 0);
      // Half a day: the finest tiers are dropped after a write of six hours.
      return nowMs - oldestMs > mostMs + DAY_MS / 2;
    })
    .map(({ stepMs }) => stepMs);
}

function bytesAPointOf(
  { tiers }: HistorySize,
  series: number,
  nowMs: number,
): { readonly "5m": number; readonly "1h": number } {
  const of = (stepMs: number, windowMs: number): number => {
    const tier = tiers.find((each) => each.stepMs === stepMs);
    const whole = Math.floor((nowMs - (tier?.oldestMs ?? nowMs)) / windowMs) * windowMs;
    return (tier?.bytes ?? 0) / ((series * whole) / Math.max(stepMs, STEP_MS));
  };
  return { "5m": of(300_000, DAY_MS / 12), "1h": of(3_600_000, DAY_MS) };
}
