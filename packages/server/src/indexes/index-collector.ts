import type { SeriesPoint } from "@streamgate/monitor";
import type { Collector, Reading } from "../collectors/collector.ts";
import type { Platform } from "../platform/platform.ts";
import type { WatchedDatabase } from "../platform/platform-configuration.ts";
import { collectIndexes, type IndexLook } from "./collect-indexes.ts";
import { increasesSince } from "./index-days.ts";
import { indexCounters, indexGauges, indexTotals } from "./index-points.ts";
import { keepShownIndexes, type ShownIndexes } from "./shown-indexes.ts";

export interface IndexCollectorParts extends Pick<Platform, "tables" | "clock"> {
  readonly feed: (points: readonly SeriesPoint[]) => void;
}

/** Indexes change slowly; their counters need no more than to be seen between two restarts. */
const EVERY_MS = 5 * 60_000;
const TIMEOUT_MS = 60_000;
/** What happened in a longer stretch is no rate any more: it counts in the days of the store alone. */
const LONGEST_SPAN_MS = 3_600_000;
/** Series of a database: at most six for each of these. */
const MOST_BUSIEST = 100;
const MOST_LARGEST = 100;

/** Looks at the indexes of a database every few minutes. */
export function indexCollector(
  { name, url, replicaUrls = [] }: WatchedDatabase,
  { tables, clock, feed }: IndexCollectorParts,
): Collector {
  let shown = keepShownIndexes(MOST_BUSIEST, MOST_LARGEST);
  return {
    source: {
      id: `indexes:${name}`,
      kind: "database",
      name: `indexes of ${name}`,
      everyMs: EVERY_MS,
    },
    definition: JSON.stringify([name, url, replicaUrls]),
    runs: "leader",
    timeoutMs: TIMEOUT_MS,
    read: async (reading) => {
      const { signal } = reading;
      const look = await collectIndexes({
        database: name,
        url,
        replicaUrls,
        tables,
        clock,
        signal,
      });
      feed(pointsOf(look, shown, reading));
      return undefined;
    },
    rest: async () => {
      shown = keepShownIndexes(MOST_BUSIEST, MOST_LARGEST);
    },
  };
}

function pointsOf(
  { before, now }: IndexLook,
  shown: ShownIndexes,
  { atMs }: Pick<Reading, "atMs">,
): readonly SeriesPoint[] {
  const sinceMs = before === undefined ? 0 : now.watch.readAtMs - before.watch.readAtMs;
  const isRate = sinceMs > 0 && sinceMs <= LONGEST_SPAN_MS;
  const interval = { atMs, spanMs: isRate ? sinceMs : EVERY_MS };
  const increases = isRate ? increasesSince(before, now) : [];
  const own = new Set(shown.weigh(now.readings, increases, interval.spanMs));
  return [
    ...indexTotals(now.watch.database, now.readings, isRate ? increases : null, interval),
    ...[...own].flatMap((one) => indexGauges(one, interval)),
    ...increases
      .filter(({ reading }) => own.has(reading))
      .flatMap((one) => indexCounters(one, interval)),
  ];
}
