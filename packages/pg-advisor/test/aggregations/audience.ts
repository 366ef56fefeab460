import type { SqlStep } from "@streamgate/core";
import type { Aggregation } from "../../src/aggregations/reading/aggregation.ts";
import { readAggregation } from "../../src/aggregations/reading/read-aggregation.ts";
import { keptTableSteps } from "../../src/aggregations/sql/kept-table.ts";
import { viewSteps } from "../../src/aggregations/sql/materialised-view.ts";
import { readingStatement } from "../../src/aggregations/sql/reading-statement.ts";
import type { SummaryForm } from "../../src/aggregations/summary.ts";
import { summaryName } from "../../src/aggregations/summary-name.ts";
import { hasNullableKey } from "../../src/aggregations/trigger-soundness.ts";
import { readCatalogue } from "../../src/rewrites/catalogue/catalogue.ts";
import type { Snapshot } from "../../src/snapshot/snapshot.ts";

/** What an audience did: numbers of every kind, nulls, and instants with and without a zone. */
export const SCHEMA = `
  create type device as enum ('phone', 'television');
  create table visits (
    id bigint generated always as identity primary key, user_id integer not null, kind text not null, country text,
    watched integer not null, seconds smallint, price numeric(10,2), bytes bigint, ratio double precision, device device,
    seen_at timestamptz not null, local_time timestamp, birthday date)`;

/** One row, by a number that decides all of it. */
const VISIT = `
  1 + n % 7, (array['play', 'stop', 'chat'])[1 + n % 3], (array['DE', 'FR', null, 'de'])[1 + n % 4], n % 90,
  nullif(n % 5, 0), case when n % 11 = 0 then null when n % 97 = 0 then 'NaN' else n / 7.0 end,
  case when n % 6 = 0 then null else n * 10000000000 end, n / 3.0, (array['phone', 'television', null])[1 + n % 3]::device,
  timestamptz '2026-01-01 00:00+00' + n * interval '37 minutes 11.5 seconds',
  case when n % 9 = 0 then null else timestamp '2025-12-20' + n * interval '3 hours' end,
  date '2026-01-01' + n % 40`;

const COLUMNS =
  "user_id, kind, country, watched, seconds, price, bytes, ratio, device, seen_at, local_time, birthday";

export function insertVisits(from: number, to: number): string {
  return `insert into visits (${COLUMNS}) select ${VISIT} from generate_series(${from}, ${to}) as n`;
}

interface Planned {
  readonly aggregation: Aggregation;
  readonly steps: readonly SqlStep[];
  readonly reading: string;
}

/** The summary of a statement in one of its forms. */
export function planSummary(
  text: string,
  values: readonly (string | null)[],
  snapshot: Snapshot,
  form: SummaryForm,
  slots = 1,
): Planned {
  const read = readAggregation(
    { text, samples: [{ values, weight: 1, origin: "given" }] },
    readCatalogue(snapshot),
  );
  if (read.outcome !== "understood") throw new Error(JSON.stringify(read));
  const { aggregation } = read;
  const summary = { name: summaryName(aggregation), aggregation };
  return {
    aggregation,
    reading: readingStatement(summary),
    steps:
      form === "refresh"
        ? viewSteps(summary)
        : keptTableSteps({ ...summary, slots, hasNullableKey: hasNullableKey(aggregation) }),
  };
}
