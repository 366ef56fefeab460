import { join } from "node:path";
import { seededRandom, systemClock } from "@streamgate/core";
import {
  adviseIndexes,
  buildWorkload,
  chooseIndexes,
  createTwin,
  generateCandidates,
  readSnapshot,
  type StatementCounters,
} from "@streamgate/pg-advisor";
import type { BenchRow } from "../contract.ts";
import { cpuMsOfProcessTree, privateBytesOf } from "../support/process-cpu.ts";
import { grown } from "./schema.ts";

export interface AdviseInput {
  readonly url: string;
  readonly folder: string;
  readonly counters: readonly StatementCounters[];
  readonly tell: (line: string) => void;
}

export interface AdvisedAtScale {
  readonly version: string;
  readonly seconds: number;
  /** Of this process, the twin and the watched server. */
  readonly cpuSeconds: number;
  readonly peakMegabytes: number;
  readonly rows: readonly BenchRow[];
}

/** The whole way from the database to the findings, each stage timed. */
export async function adviseAtScale({
  url,
  folder,
  counters,
  tell,
}: AdviseInput): Promise<AdvisedAtScale> {
  const context = {
    clock: systemClock,
    random: seededRandom(1),
    signal: new AbortController().signal,
    onProgress: () => undefined,
  };
  const rows: BenchRow[] = [];
  let allCpuSeconds = 0;
  const startedMs = performance.now();
  rows.push(rowOf("before", "peak resident memory by then", "MB", peakMegabytes()));
  const stage = async <T>(name: string, work: () => Promise<T> | T): Promise<T> => {
    const beganMs = performance.now();
    const cpuBefore = await cpuMsOfProcessTree();
    const result = await work();
    const seconds = (performance.now() - beganMs) / 1_000;
    const cpuSeconds = ((await cpuMsOfProcessTree()) - cpuBefore) / 1_000;
    allCpuSeconds += cpuSeconds;
    rows.push(
      rowOf(name, "wall", "s", seconds),
      rowOf(name, "CPU, servers included", "s", cpuSeconds),
      rowOf(name, "peak resident memory by then", "MB", peakMegabytes()),
    );
    tell(
      `${name}: ${seconds.toFixed(1)} s, CPU ${cpuSeconds.toFixed(1)} s, ${peakMegabytes().toFixed(0)} MB`,
    );
    return result;
  };
  const read = await stage("snapshot", () => readSnapshot(url, { needsStatements: false }));
  const snapshot = grown(read);
  const window = {
    source: "counters since reset",
    from: null,
    to: snapshot.takenAt,
    durationMs: 3_600_000,
  } as const;
  const twin = await stage("twin", () =>
    createTwin({
      snapshot,
      folder: join(folder, "twin"),
      sharedFolder: join("/tmp", "streamgate-test-shared"),
      context,
    }),
  );
  try {
    const workload = await stage("workload", () =>
      buildWorkload({ counters, window, snapshot, whatIf: twin, random: context.random }),
    );
    const { candidates } = await stage("candidates", () => generateCandidates(workload, snapshot));
    const choice = await stage("choice", () =>
      chooseIndexes({
        workload,
        snapshot,
        candidates,
        whatIf: twin,
        context,
        options: { indexesAtMost: 50 },
      }),
    );
    const advice = await stage("findings", () => adviseIndexes({ choice, workload, snapshot }));
    const seconds = (performance.now() - startedMs) / 1_000;
    const { bound, plannerCalls, plannerCallsSaved = 0 } = choice;
    rows.push(
      rowOf("whole", "wall", "s", seconds),
      rowOf("whole", "CPU, servers included", "s", allCpuSeconds),
      rowOf("process", "peak resident memory", "MB", peakMegabytes()),
      rowOf("twin", "server, own memory", "MB", privateBytesOf(twin.serverPid) / 1_024 ** 2),
      rowOf("workload", "statements", "count", workload.statements.length),
      rowOf("choice", "candidates", "count", candidates.length),
      rowOf("choice", "plans asked for", "count", plannerCalls),
      rowOf("choice", "plans told by others", "count", plannerCallsSaved),
      rowOf("choice", "gap to the bound", "ratio", bound?.gap ?? Number.NaN),
      rowOf("choice", "findings", "count", advice.findings.length),
    );
    return {
      version: snapshot.server.version,
      seconds,
      cpuSeconds: allCpuSeconds,
      peakMegabytes: peakMegabytes(),
      rows,
    };
  } finally {
    await twin.close();
  }
}

/** The most that the process ever held, its start included. */
function peakMegabytes(): number {
  return process.resourceUsage().maxRSS / 1_024;
}

function rowOf(subject: string, metric: string, unit: string, value: number): BenchRow {
  return { subject, metric, unit, median: value, best: value, ratio: 1 };
}
