import { setTimeout as sleep } from "node:timers/promises";
import { createSeriesWriter, openHistory, type PostgresHistory } from "@streamgate/monitor";
import { type MortalPostgres, startMortalPostgres } from "../../test/support/mortal-postgres.ts";
import { cpuMsOfProcessTree } from "../support/process-cpu.ts";
import { agentSeries } from "./agent-series.ts";
import { createLedger, type Ledger } from "./ledger.ts";
import { shiftedClock } from "./simulated-clock.ts";
import { STORE_SETTINGS } from "./store-settings.ts";

/** 14 processes of 128 series each second are 107,520 points a minute. */
const PROCESSES = 14;
/** At this instant windows of every tier end. */
const ALL_WINDOWS_END_MS = Math.floor(Date.UTC(2026, 5, 1) / 86_400_000) * 86_400_000;
const TIERS_MS = [1_000, 10_000, 300_000, 3_600_000] as const;

export interface Endurance {
  readonly seconds: number;
  readonly pointsAMinute: number;
  readonly kills: number;
  readonly acknowledged: number;
  readonly dropped: number;
  /** Acknowledged before a kill and not there after it. */
  readonly lost: readonly string[];
  /** Series of which a tier does not say what was written, at the end. */
  readonly differences: readonly string[];
  /** Shares of a core. */
  readonly writerShare: number;
  readonly storeShare: number;
  readonly bytes: number;
  readonly limitBytes: number;
  /** The longest that something waited for its acknowledgement beside the kills, in points. */
  readonly mostWaiting: number;
}

/** Writes at the rate of a few services, kills the store again and again, and holds what it says against what was written. */
export async function measureEndurance(
  seconds: number,
  kills: number,
  tell: (line: string) => void,
): Promise<Endurance> {
  tell(`${seconds} s of ${PROCESSES * 128} points a second, the store killed ${kills} times`);
  const server = await startMortalPostgres({ isDurable: true, settings: STORE_SETTINGS });
  const startMs = ALL_WINDOWS_END_MS - (seconds * 1_000) / 2;
  const clock = shiftedClock(startMs);
  const history = await openHistory({
    database: server.locate,
    clock,
    maintenanceIntervalMs: 1_000,
  });
  const ledger = createLedger();
  const writer = createSeriesWriter({ history });
  const series = agentSeries(PROCESSES, 3);
  const lost: string[] = [];
  /** What this bench itself takes: making points, and looking for them after a kill. */
  let ownMs = 0;
  let mostWaiting = 0;
  let killed = 0;
  try {
    const cpuBefore = process.cpuUsage();
    const treeBefore = await cpuMsOfProcessTree();
    const began = performance.now();
    for (let second = 1; second <= seconds; second += 1) {
      await sleep(Math.max(0, began + second * 1_000 - performance.now()));
      const before = process.cpuUsage();
      const points = series.pointsAt(startMs + second * 1_000, 1_000);
      ledger.record(points);
      ownMs += cpuMsSince(before);
      writer.add(points);
      mostWaiting = Math.max(mostWaiting, writer.counts().waiting);
      if (killed < kills && second === Math.round(((killed + 0.5) * seconds) / kills)) {
        killed += 1;
        const beforeKill = process.cpuUsage();
        lost.push(...(await killAndLook(server, history, ledger, writer, startMs, clock)));
        ownMs += cpuMsSince(beforeKill);
        tell(`killed ${killed} times, ${writer.counts().acknowledged} points acknowledged`);
      }
    }
    await writer.flush();
    const writerMs = cpuMsSince(cpuBefore) - ownMs;
    const storeMs = (await cpuMsOfProcessTree()) - treeBefore - cpuMsSince(cpuBefore);
    const elapsedMs = performance.now() - began;
    await history.maintain();
    const differences = await compare(
      history,
      ledger,
      TIERS_MS,
      startMs,
      startMs + seconds * 1_000,
    );
    const { bytes, limitBytes } = await history.size();
    const { acknowledged, dropped } = writer.counts();
    return {
      seconds,
      pointsAMinute: series.count * 60,
      kills: killed,
      acknowledged,
      dropped,
      lost,
      differences,
      writerShare: writerMs / elapsedMs,
      storeShare: storeMs / elapsedMs,
      bytes,
      limitBytes,
      mostWaiting,
    };
  } finally {
    await writer.close();
    await history.close();
    await server.stop();
  }
}

/** What was acknowledged before the server got SIGKILL must be there when it is up again. */
async function killAndLook(
  server: MortalPostgres,
  history: PostgresHistory,
  ledger: Ledger,
  writer: ReturnType<typeof createSeriesWriter>,
  startMs: number,
  clock: ReturnType<typeof shiftedClock>,
): Promise<readonly string[]> {
  const acknowledged = writer.counts().acknowledged;
  await server.kill();
  const after = writer.counts().acknowledged;
  await server.restart();
  const stored = await countPoints(history, ledger, startMs, clock.now().getTime());
  return stored >= acknowledged
    ? []
    : [`${acknowledged - stored} of ${acknowledged} to ${after} acknowledged points`];
}

async function countPoints(
  history: PostgresHistory,
  ledger: Ledger,
  fromMs: number,
  toMs: number,
): Promise<number> {
  let count = 0;
  for (const name of ledger.names) {
    const selector = { name, where: [] };
    const windows = await history.read({ selector, fromMs, toMs, stepMs: 1_000 });
    count += windows.reduce((sum, { points }) => sum + points.length, 0);
  }
  return count;
}

async function compare(
  history: PostgresHistory,
  ledger: Ledger,
  steps: readonly number[],
  fromMs: number,
  toMs: number,
): Promise<readonly string[]> {
  const differences: string[] = [];
  for (const stepMs of steps) {
    for (const name of ledger.names) {
      const windows = await history.read({ selector: { name, where: [] }, fromMs, toMs, stepMs });
      differences.push(...ledger.differences(windows).map((series) => `${stepMs} ms: ${series}`));
    }
  }
  return differences;
}

function cpuMsSince(before: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
