// What CPU does it cost a statement to be traced, at full rate, against plain pg and OpenTelemetry's instrumentation?
//
// One process with a pool each: tracers take turns in portions of equal work, in another order each round, so that each has plain pg as its
// neighbour in the same warm process; OpenTelemetry's likewise in another. Plain pg stands there twice: what lies between the two is noise.
// The empty AsyncLocalStorage is what Node.js itself takes to follow a request through everything. STREAMGATE_BENCH_ROUNDS (60) rounds.
import { type Random, seededRandom } from "@streamgate/core";
import { startTestPostgres } from "../test/support/postgres.ts";
import type { Bench, BenchRow, Measurement } from "./contract.ts";
import { bestOf, medianOf } from "./support/cost.ts";
import { libraryVersions } from "./support/versions.ts";
import { startProcess } from "./tracing/measured-process.ts";
import { PROCESSES, type ProcessName, type Subject } from "./tracing/subjects.ts";

const MOST = 1.03;
const WARM_ROUNDS = 2;
/** Of each of six workers: a fifth of a second, so that neighbours in time meet the same machine. */
const REQUESTS = 200;
const DEFAULT_ROUNDS = 60;
const ORDER_SEED = 7;
const NAMES: readonly ProcessName[] = ["streamgate", "opentelemetry"];

export const bench: Bench = {
  async measure(tell) {
    const rounds = Number(process.env.STREAMGATE_BENCH_ROUNDS ?? DEFAULT_ROUNDS);
    const postgres = await startTestPostgres({ settings: { max_connections: "100" } });
    try {
      await postgres.query(
        "create table people (id int primary key, name text, email text); insert into people select n, 'name ' || n, n || '@example.org' from generate_series(1, 1000) n; analyze people",
      );
      const rows: BenchRow[] = [];
      const order = seededRandom(ORDER_SEED);
      for (const name of NAMES)
        rows.push(...(await measureProcess(name, postgres.url(), { rounds, order }, tell)));
      return await resultOf(rows);
    } finally {
      await postgres.stop();
    }
  },
};

async function measureProcess(
  name: ProcessName,
  url: string,
  { rounds, order }: { readonly rounds: number; readonly order: Random },
  tell: (line: string) => void,
): Promise<readonly BenchRow[]> {
  const subjects: readonly Subject[] = PROCESSES[name];
  const measured = new Map<Subject, number[]>(subjects.map((subject) => [subject, []]));
  const running = await startProcess(name, url);
  try {
    for (let round = 1 - WARM_ROUNDS; round <= rounds; round += 1) {
      if (round % 10 === 0) tell(`${name}: round ${round} of ${rounds}`);
      for (const subject of order.shuffle(subjects)) {
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
  const kept = ratioOf("streamgate, every statement kept, promises followed");
  const told = (subject: Subject): string => ratioOf(subject).toFixed(3);
  return {
    versions: await libraryVersions(["pg", "@opentelemetry/instrumentation-pg"]),
    rows,
    verdict: {
      goal: `at most ${MOST} times the CPU of plain pg with every statement of every request kept`,
      value: `${kept.toFixed(3)} times with every statement kept and promises followed, ${told("streamgate, every statement kept")} with everything followed; ${told("streamgate, no bound")} with findings told and no bound on requests a second, ${told("streamgate")} as it is installed; an empty AsyncLocalStorage ${told("an empty AsyncLocalStorage")}; OpenTelemetry ${told("opentelemetry")}; plain pg against itself ${told("plain pg once more")}`,
      met: kept <= MOST,
    },
  };
}
