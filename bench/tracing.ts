// What CPU does it cost a statement to be traced, at full rate, against plain pg and OpenTelemetry's instrumentation?
//
// One process with a pool: the tracer is put on and taken off between portions of equal work, so that each portion has plain pg as its
// neighbour in the same warm process; OpenTelemetry's likewise in another. The empty AsyncLocalStorage is what Node.js itself takes to
// follow a request: no tracer that groups statements by it is below. STREAMGATE_BENCH_ROUNDS (16) turns.
import { startTestPostgres } from "../test/support/postgres.ts";
import type { Bench, BenchRow, Measurement } from "./contract.ts";
import { bestOf, medianOf } from "./support/cost.ts";
import { libraryVersions } from "./support/versions.ts";
import { startProcess } from "./tracing/measured-process.ts";
import { PROCESSES, type ProcessName, type Subject } from "./tracing/subjects.ts";

const MOST = 1.03;
const WARM_ROUNDS = 2;
/** About a second: what is traced in one second is to be seen in its proportion. */
const REQUESTS = 500;
const DEFAULT_ROUNDS = 16;
const NAMES: readonly ProcessName[] = ["streamgate", "opentelemetry"];

export const bench: Bench = {
  async measure(tell) {
    const rounds = Number(process.env.STREAMGATE_BENCH_ROUNDS ?? DEFAULT_ROUNDS);
    const postgres = await startTestPostgres();
    try {
      await postgres.query(
        "create table people (id int primary key, name text, email text); insert into people select n, 'name ' || n, n || '@example.org' from generate_series(1, 1000) n; analyze people",
      );
      const rows: BenchRow[] = [];
      for (const name of NAMES)
        rows.push(...(await measureProcess(name, postgres.url(), rounds, tell)));
      return await resultOf(rows);
    } finally {
      await postgres.stop();
    }
  },
};

async function measureProcess(
  name: ProcessName,
  url: string,
  rounds: number,
  tell: (line: string) => void,
): Promise<readonly BenchRow[]> {
  const subjects: readonly Subject[] = PROCESSES[name];
  const measured = new Map<Subject, number[]>(subjects.map((subject) => [subject, []]));
  const running = await startProcess(name, url);
  try {
    for (let round = 1 - WARM_ROUNDS; round <= rounds; round += 1) {
      if (round % 10 === 0) tell(`${name}: round ${round} of ${rounds}`);
      for (const subject of round % 2 === 0 ? subjects : subjects.toReversed()) {
        const cost = await running.costOf(subject, REQUESTS);
        if (round > 0) measured.get(subject)?.push(cost);
      }
    }
  } finally {
    await running.stop();
  }
  return rowsOf(name, measured);
}

/** The ratio is the median over the rounds: neighbours in time share what else the machine did. */
function rowsOf(
  name: ProcessName,
  measured: ReadonlyMap<Subject, readonly number[]>,
): readonly BenchRow[] {
  const plain = measured.get("none") ?? [];
  return [...measured].map(([subject, values]) => ({
    subject: subject === "none" ? `plain pg beside ${name}` : subject,
    metric: "a statement of the pool",
    unit: "us CPU",
    median: medianOf(values),
    best: bestOf(values),
    ratio: medianOf(values.map((value, round) => value / (plain[round] ?? Number.NaN))),
  }));
}

async function resultOf(rows: readonly BenchRow[]): Promise<Measurement> {
  const ratioOf = (subject: Subject): number =>
    rows.find((row) => row.subject === subject)?.ratio ?? Number.NaN;
  const everyOne = ratioOf("streamgate, every request");
  const ours = ratioOf("streamgate");
  return {
    versions: await libraryVersions(["pg", "@opentelemetry/instrumentation-pg"]),
    rows,
    verdict: {
      goal: `at most ${MOST} times the CPU of plain pg with every request traced`,
      value: `${everyOne.toFixed(3)} times with every request traced; ${ours.toFixed(3)} as it is installed, 50 requests a second traced; an empty AsyncLocalStorage ${ratioOf("an empty AsyncLocalStorage").toFixed(3)}; OpenTelemetry ${ratioOf("opentelemetry").toFixed(3)}`,
      met: everyOne <= MOST,
    },
  };
}
