// What CPU does it cost a request to be watched: metrics, and spans for HTTP, PostgreSQL and Redis, beside OpenTelemetry's?
//
// Processes of the media API (memory and Redis in front of PostgreSQL) under the example's traffic, and of a small Fastify route, the
// hardest case; each watcher's in turn, by the CPU of the process. STREAMGATE_BENCH_ROUNDS (4) processes of each watcher,
// STREAMGATE_BENCH_RATE (400) requests a second, STREAMGATE_BENCH_SECONDS (1) in each of ten portions.
import type { Bench } from "./contract.ts";
import { measureMedia } from "./overhead/measure-media.ts";
import { measureRoute } from "./overhead/measure-route.ts";
import { ratioOf } from "./overhead/rows.ts";
import { startSink } from "./overhead/sink.ts";
import { libraryVersions } from "./support/versions.ts";

const MOST = 1.15;

export const bench: Bench = {
  async measure(tell) {
    const sink = await startSink();
    try {
      const plan = {
        rounds: numberFrom("ROUNDS", 4),
        rate: numberFrom("RATE", 400),
        seconds: numberFrom("SECONDS", 1),
      };
      const route = await measureRoute(sink.url, plan.rounds, tell);
      const media = await measureMedia(sink.url, plan, tell);
      const onMedia = ratioOf(media, "streamgate");
      return {
        versions: await libraryVersions([
          "fastify",
          "pg",
          "ioredis",
          "@opentelemetry/sdk-trace-node",
          "@opentelemetry/instrumentation-http",
        ]),
        rows: [...media, ...route],
        verdict: {
          goal: `at most ${MOST} times the CPU of the media API without it`,
          value: `${onMedia.toFixed(3)} times (OpenTelemetry ${ratioOf(media, "opentelemetry").toFixed(3)}); the small route ${ratioOf(route, "streamgate").toFixed(3)} (OpenTelemetry ${ratioOf(route, "opentelemetry").toFixed(3)})`,
          met: onMedia <= MOST,
        },
      };
    } finally {
      await sink.stop();
    }
  },
};

function numberFrom(name: string, otherwise: number): number {
  const value = Number(process.env[`STREAMGATE_BENCH_${name}`] ?? otherwise);
  if (value > 0) return value;
  throw new Error(`STREAMGATE_BENCH_${name} is not a number above 0`);
}
