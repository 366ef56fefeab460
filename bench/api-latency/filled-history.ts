import { openHistory, type SeriesPoint } from "@streamgate/monitor";
import { agentSeries } from "../history/agent-series.ts";
import { simulatedClock } from "../history/simulated-clock.ts";

const DAY_MS = 86_400_000;
const DAYS = 30.5;
const STEP_MS = 900_000;
const STEPS_A_WRITE = 24;
/** The last hours in seconds' reach are filled more finely, as they would be. */
const FINE_MS = 2 * 3_600_000;
const FINE_STEP_MS = 10_000;

/** Fills a store with 30 days of a service with 128 series, up to this moment. @returns how many series there are */
export async function fillHistory(database: string, tell: (line: string) => void): Promise<number> {
  const nowMs = Date.now();
  const clock = simulatedClock(nowMs - DAYS * DAY_MS);
  const series = agentSeries(1, 7);
  const history = await openHistory({
    database,
    clock,
    maintenanceIntervalMs: Number.POSITIVE_INFINITY,
    limitBytes: 4e9,
  });
  try {
    let waiting: SeriesPoint[] = [];
    const fineFromMs = nowMs - FINE_MS;
    for (let step = 1; clock.nowMs < nowMs; step += 1) {
      const stepMs = clock.nowMs < fineFromMs ? STEP_MS : FINE_STEP_MS;
      clock.advance(Math.min(stepMs, nowMs - clock.nowMs));
      waiting.push(...series.pointsAt(clock.nowMs, stepMs));
      if (step % STEPS_A_WRITE !== 0 && clock.nowMs < nowMs) continue;
      await history.write(waiting);
      waiting = [];
      await history.maintain();
      if (step % (STEPS_A_WRITE * 24) === 0)
        tell(`${((nowMs - clock.nowMs) / DAY_MS).toFixed(0)} days of history are still to be made`);
    }
    return series.count;
  } finally {
    await history.close();
  }
}
