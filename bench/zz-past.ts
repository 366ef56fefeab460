import { openHistory, type SeriesPoint } from "@streamgate/monitor";
import { startTestPostgres } from "../test/support/postgres.ts";
import { simulatedClock } from "./history/simulated-clock.ts";
import { PastReader } from "../packages/server/src/queries/regressions/read-pasts.ts";
import { findRegressed } from "../packages/server/src/queries/regressions/find-regressed.ts";
import { seededRandom } from "@streamgate/core";
const pg = await startTestPostgres({ hasStatementCounters: false });
const database = await pg.createDatabase("store");
const DAY = 86_400_000, N = 200, STEP = 300_000;
const nowMs = Math.floor(Date.now() / 3_600_000) * 3_600_000 + 1_500_000;
const clock = simulatedClock(nowMs - 14.5 * DAY);
const history = await openHistory({ database, clock, maintenanceIntervalMs: Infinity, limitBytes: 4e9 });
const r = seededRandom(1);
const names = ["calls", "seconds", "rows", "blocks_hit", "blocks_read"];
let waiting: SeriesPoint[] = [];
for (let step = 1; clock.nowMs < nowMs; step++) {
  clock.advance(Math.min(STEP, nowMs - clock.nowMs));
  for (let s = 0; s < N; s++) {
    const calls = Math.round(200 / (1 + s / 10) * (0.8 + 0.4 * r.next()));
    const slow = s === 3 && clock.nowMs > nowMs - 45 * 60_000 ? 2.5 : 1;
    const v = { calls, seconds: calls * 0.01 * slow * (0.9 + 0.2 * r.next()), rows: calls * 5, blocks_hit: calls * 40, blocks_read: calls };
    for (const name of names)
      waiting.push({ key: { name: `streamgate_database_statement_${name}`, labels: { database: "media", fingerprint: s.toString(16).padStart(16, "0") } }, point: { kind: "counter", atMs: clock.nowMs, spanMs: STEP, increase: (v as any)[name] } });
  }
  if (step % 36 === 0) { await history.write(waiting); waiting = []; await history.maintain(); }
}
await history.write(waiting); await history.maintain();
console.log("filled");
const reader = new PastReader("media", (q) => history.aggregate(q));
for (let look = 0; look < 4; look++) {
  const cpu = process.cpuUsage(); const t = performance.now();
  const pasts = await reader.read(nowMs + look * 1000);
  const c2 = process.cpuUsage(cpu); const read = performance.now() - t;
  const cpu3 = process.cpuUsage();
  const found = findRegressed(pasts, 3_600_000, seededRandom(1));
  const c4 = process.cpuUsage(cpu3);
  console.log({ look, statements: pasts.length, sameHour: pasts[0]?.sameHour.length, readMs: read, cpuMs: (c2.user + c2.system) / 1000, judgeCpuMs: (c4.user + c4.system) / 1000, found: found.map((f) => [f.comparison.fingerprint, f.ratio, f.comparison.slowSteps]), heapMb: process.memoryUsage().heapUsed / 1e6 });
}
await history.close(); await pg.stop();
