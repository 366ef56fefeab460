// How fast are the API's reads with 30 days of history at 200 requests a second, what does the process cost, and how fresh is what viewers see?
import { startMortalPostgres } from "../test/support/mortal-postgres.ts";
import { startWatchedMedia } from "../test/support/watched-media.ts";
import { fillHistory } from "./api-latency/filled-history.ts";
import { measureFreshness } from "./api-latency/freshness.ts";
import { type AddressLatency, readOnce, readUnderLoad } from "./api-latency/read-load.ts";
import { readPaths } from "./api-latency/read-paths.ts";
import { type Served, startServed } from "./api-latency/served.ts";
import { sendSteadily } from "./api-latency/steady-visitors.ts";
import { openViewers } from "./api-latency/viewers.ts";
import type { Bench, BenchRow } from "./contract.ts";
import { STORE_SETTINGS } from "./history/store-settings.ts";
import { libraryVersions } from "./support/versions.ts";

const SECONDS = Number(process.env.STREAMGATE_BENCH_SECONDS ?? 60);
const REQUESTS_A_SECOND = 200;
const VISITORS_A_SECOND = 60;
const MORE_VISITORS = 60;
const VIEWERS = 1_000;
const CHANGES = 5;
/** A route that visitors come to, too. */
const ROUTE = "/users/1";
const WARM_UP_MS = 20_000;
const IDLE_MS = 20_000;

const GOAL = {
  p95Ms: 50,
  memoryBytes: 500e6,
  cpuShare: 0.5,
  freshnessMs: 2_000,
  viewersShare: 0.1,
} as const;

export const bench: Bench = {
  async measure(tell) {
    const store = await startMortalPostgres({ isDurable: true, settings: STORE_SETTINGS });
    const storeUrl = await store.locate();
    try {
      const series = await fillHistory(storeUrl, tell);
      tell(`${series} series with 30 days of history`);
      const media = await startWatchedMedia(VISITORS_A_SECOND);
      try {
        const served = await startServed(storeUrl, media);
        try {
          await sleep(WARM_UP_MS);
          const watching = await shareOfCore(served, () => sleep(IDLE_MS));
          tell(`watching alone takes ${percent(watching)} of a core`);
          const paths = await readPaths(served.url);
          const firstMs = await readOnce(served.url, paths);
          tell(`the first reads take ${quantileOf(firstMs, 0.95).toFixed(0)} ms at p95`);
          let latencies: readonly AddressLatency[] = [];
          const reading = await shareOfCore(served, async () => {
            latencies = await readUnderLoad({
              url: served.url,
              paths,
              requestsASecond: REQUESTS_A_SECOND,
              seconds: SECONDS,
            });
          });
          const memoryBytes = served.memoryBytes();
          for (const line of slowest(latencies)) tell(line);
          const quiet = await shareOfCore(served, () => sleep(IDLE_MS));
          const viewers = await openViewers(served.url, VIEWERS);
          const viewed = await shareOfCore(served, () => sleep(IDLE_MS));
          const heard = viewers.heard();
          viewers.close();
          tell(`${VIEWERS} viewers heard ${heard} events`);
          const freshness = await measureFreshness(served.url, CHANGES, MORE_VISITORS, () =>
            sendSteadily(media.apiUrl + ROUTE, MORE_VISITORS),
          );
          return resultOf({
            firstMs,
            latencies,
            memoryBytes,
            watching,
            reading,
            viewers: viewed - quiet,
            heard,
            freshness,
            versions: await libraryVersions(["fastify", "pg"]),
          });
        } finally {
          await served.stop();
        }
      } finally {
        await media.stop();
      }
    } finally {
      await store.stop();
    }
  },
};

interface Measured {
  /** Of each address, asked for once before the load, one after the other. */
  readonly firstMs: readonly number[];
  readonly latencies: readonly AddressLatency[];
  readonly memoryBytes: number;
  /** Shares of a core. */
  readonly watching: number;
  readonly reading: number;
  readonly viewers: number;
  readonly heard: number;
  readonly freshness: { readonly delaysMs: readonly number[]; readonly missed: number };
  readonly versions: Readonly<Record<string, string>>;
}

function resultOf(measured: Measured): Awaited<ReturnType<Bench["measure"]>> {
  const { firstMs, latencies, memoryBytes, watching, reading, viewers, freshness } = measured;
  const all = latencies.flatMap(({ latenciesMs }) => latenciesMs);
  const failures = latencies.reduce((sum, one) => sum + one.failures, 0);
  const p95Ms = quantileOf(all, 0.95);
  const freshestMs = Math.max(0, ...freshness.delaysMs);
  const row = (metric: string, unit: string, median: number, best = median): BenchRow => ({
    subject: "streamgate serve",
    metric,
    unit,
    median,
    best,
    ratio: 1,
  });
  return {
    versions: measured.versions,
    rows: [
      row("read, median and p95", "ms", quantileOf(all, 0.5), p95Ms),
      row("read, p99", "ms", quantileOf(all, 0.99)),
      ...latencies.map(({ path, latenciesMs }) =>
        row(`p95 of ${path}`, "ms", quantileOf(latenciesMs, 0.95)),
      ),
      row(
        "first read of each address, median and p95",
        "ms",
        quantileOf(firstMs, 0.5),
        quantileOf(firstMs, 0.95),
      ),
      row("failed reads", "requests", failures),
      row("memory of the process", "MB", memoryBytes / 1e6),
      row("CPU while watching", "share of a core", watching),
      row(`CPU at ${REQUESTS_A_SECOND} reads a second`, "share of a core", reading),
      row(`CPU of ${VIEWERS} viewers`, "share of a core", viewers),
      row("events that viewers heard", "events", measured.heard),
      row(
        "change to the viewers, median and worst",
        "ms",
        quantileOf(freshness.delaysMs, 0.5),
        freshestMs,
      ),
    ],
    verdict: {
      goal: `p95 of reads < ${GOAL.p95Ms} ms at ${REQUESTS_A_SECOND} requests a second, process < ${GOAL.memoryBytes / 1e6} MB and < ${percent(GOAL.cpuShare)} of a core while watching, a change seen within ${GOAL.freshnessMs / 1_000} s, ${VIEWERS} viewers at most ${percent(GOAL.viewersShare)} of a core`,
      value: `p95 ${p95Ms.toFixed(1)} ms (first reads, one by one: ${quantileOf(firstMs, 0.95).toFixed(0)} ms), ${failures} failed; ${(memoryBytes / 1e6).toFixed(0)} MB, ${percent(watching)} of a core while watching; changes seen within ${(freshestMs / 1_000).toFixed(2)} s, ${freshness.missed} missed; viewers ${percent(viewers)}`,
      met:
        p95Ms < GOAL.p95Ms &&
        failures === 0 &&
        memoryBytes < GOAL.memoryBytes &&
        watching < GOAL.cpuShare &&
        freshness.missed === 0 &&
        freshestMs <= GOAL.freshnessMs &&
        viewers <= GOAL.viewersShare,
    },
  };
}

function slowest(latencies: readonly AddressLatency[]): readonly string[] {
  return [...latencies]
    .sort((left, right) => quantileOf(right.latenciesMs, 0.95) - quantileOf(left.latenciesMs, 0.95))
    .slice(0, 12)
    .map(
      ({ path, latenciesMs, failures }) =>
        `${quantileOf(latenciesMs, 0.95).toFixed(1)} ms p95, ${failures} failed: ${path}`,
    );
}

async function shareOfCore(served: Served, work: () => Promise<void>): Promise<number> {
  const beganMs = performance.now();
  const cpuBefore = served.cpuMs();
  await work();
  return (served.cpuMs() - cpuBefore) / (performance.now() - beganMs);
}

function quantileOf(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
