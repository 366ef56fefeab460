import type { WorkloadCase } from "../workload-case.ts";
import { loadTpch } from "./load-tpch.ts";
import { tpchQueries } from "./queries.ts";

/** Each query so often that together they keep a connection busy for a good part of the hour. */
const CALLS_AN_HOUR = 120;
/** Further sets of values that advisors are shown. */
const OTHER_VALUES = 1;

export function tpchCase(scale: number, seed: number): WorkloadCase {
  const database = "tpch";
  const others = Array.from({ length: OTHER_VALUES }, (_, at) => tpchQueries(seed + at + 1, scale));
  return {
    name: "TPC-H-shaped",
    database,
    statements: tpchQueries(seed, scale).map(({ name, sql }, index) => ({
      name,
      sql,
      alternatives: others.map((queries) => queries[index]?.sql ?? sql),
      callsAnHour: CALLS_AN_HOUR,
      isWrite: false,
    })),
    load: (postgres, folder) => loadTpch(postgres, { database, scale, seed, folder }),
  };
}
