import { openHistory, type SeriesPoint } from "@streamgate/monitor";
import type { HistogramData } from "@streamgate/telemetry";
import pg from "pg";
import { startMortalPostgres } from "../../test/support/mortal-postgres.ts";
import type { BenchRow } from "../contract.ts";
import { measureCost } from "../support/cost.ts";
import { agentSeries } from "./agent-series.ts";
import { simulatedClock } from "./simulated-clock.ts";
import { STORE_SETTINGS } from "./store-settings.ts";

const PROCESSES = 3;
const MINUTES = 36;
const SECONDS_A_WRITE = 20;

export interface Packing {
  readonly rows: readonly BenchRow[];
  /** On disk, indexes included, of each tier that the minutes reach. */
  readonly bytesAPoint: { readonly "1s": number; readonly "10s": number };
}

/** The same points as chunks of the history, and as the rows that anybody would begin with. */
export async function measurePacking(tell: (line: string) => void): Promise<Packing> {
  tell(`${PROCESSES * 128} series for ${MINUTES} minutes, as chunks and as a row a point`);
  const writes = makeWrites();
  const points = writes.reduce((sum, write) => sum + write.length, 0);
  const server = await startMortalPostgres({ isDurable: true, settings: STORE_SETTINGS });
  const pool = new pg.Pool({ connectionString: await server.locate(), max: 2 });
  pool.on("error", () => undefined);
  try {
    const rows = await measureRows(pool, writes);
    const chunks = await measureChunks(pool, writes);
    const row = (
      subject: string,
      metric: string,
      unit: string,
      value: number,
      base: number,
    ): BenchRow => ({
      subject,
      metric,
      unit,
      median: value / points,
      best: value / points,
      ratio: value / base,
    });
    return {
      rows: [
        row(
          "chunks of a series",
          "on disk, 1 s tier",
          "bytes a point",
          chunks.finestBytes,
          chunks.finestBytes,
        ),
        row("a row a point", "on disk, 1 s tier", "bytes a point", rows.bytes, chunks.finestBytes),
        row(
          "chunks of a series",
          "writer and store, with roll-ups",
          "µs CPU a point",
          chunks.cpuMs * 1_000,
          chunks.cpuMs * 1_000,
        ),
        row(
          "a row a point",
          "writer and store, without roll-ups",
          "µs CPU a point",
          rows.cpuMs * 1_000,
          chunks.cpuMs * 1_000,
        ),
      ],
      bytesAPoint: {
        "1s": chunks.finestBytes / chunks.finestPoints,
        "10s": chunks.tenBytes / chunks.tenPoints,
      },
    };
  } finally {
    await pool.end();
    await server.stop();
  }
}

const START_MS = Date.UTC(2026, 0, 1);

function makeWrites(): readonly (readonly SeriesPoint[])[] {
  const series = agentSeries(PROCESSES, 1);
  const writes: SeriesPoint[][] = [];
  let open: SeriesPoint[] = [];
  for (let second = 1; second <= MINUTES * 60; second += 1) {
    open.push(...series.pointsAt(START_MS + second * 1_000, 1_000));
    if (second % SECONDS_A_WRITE === 0) {
      writes.push(open);
      open = [];
    }
  }
  return writes;
}

async function measureRows(
  pool: pg.Pool,
  writes: readonly (readonly SeriesPoint[])[],
): Promise<{ readonly bytes: number; readonly cpuMs: number }> {
  await pool.query(`
    create table plain_points (series integer, at timestamptz, value double precision,
      histogram bytea, primary key (series, at))`);
  const numbers = new Map<object, number>();
  const { cpuMs } = await measureCost(async () => {
    for (const write of writes) {
      const ids = write.map(({ key }) => {
        const known = numbers.get(key) ?? numbers.size;
        numbers.set(key, known);
        return known;
      });
      await pool.query(
        `insert into plain_points select series, to_timestamp(at / 1000), value, histogram
        from unnest($1::integer[], $2::float8[], $3::float8[], $4::bytea[])
          as given (series, at, value, histogram) on conflict do nothing`,
        [
          ids,
          write.map(({ point }) => point.atMs),
          write.map(({ point }) =>
            point.kind === "counter" ? point.increase : point.kind === "gauge" ? point.last : null,
          ),
          write.map(({ point }) => (point.kind === "histogram" ? packed(point.data) : null)),
        ],
      );
    }
    await pool.query("checkpoint");
  });
  const { rows } = await pool.query(
    "select pg_total_relation_size('plain_points')::float8 as bytes",
  );
  return { bytes: rows[0].bytes, cpuMs };
}

/** Four bytes a bucket, and the sum: what one writes who has read no paper. */
function packed({ indices, counts, sum }: HistogramData): Buffer {
  const bytes = Buffer.alloc(8 + indices.length * 4);
  bytes.writeDoubleLE(sum);
  for (const [at, index] of indices.entries()) {
    bytes.writeUInt16LE(index, 8 + at * 4);
    bytes.writeUInt16LE(Math.min(counts[at] ?? 0, 65_535), 10 + at * 4);
  }
  return bytes;
}

async function measureChunks(
  pool: pg.Pool,
  writes: readonly (readonly SeriesPoint[])[],
): Promise<{
  readonly finestBytes: number;
  readonly finestPoints: number;
  readonly tenBytes: number;
  readonly tenPoints: number;
  readonly cpuMs: number;
}> {
  const clock = simulatedClock(START_MS);
  const history = await openHistory({
    database: pool,
    clock,
    maintenanceIntervalMs: Number.POSITIVE_INFINITY,
  });
  const { cpuMs } = await measureCost(async () => {
    for (const write of writes) {
      clock.advance(SECONDS_A_WRITE * 1_000);
      await history.write(write);
      await history.maintain();
    }
    await pool.query("checkpoint");
  });
  const { rows } = await pool.query(`
    select split_part(inhparent::regclass::text, '_', 3) as tier,
      sum(pg_total_relation_size(inhrelid))::float8 as bytes
    from pg_inherits where inhparent::regclass::text like '%points_1%' group by 1`);
  const bytesOf = (tier: string): number => rows.find((row) => row.tier === tier)?.bytes ?? 0;
  const series = PROCESSES * 128;
  await history.close();
  // Windows that have ended: five minutes each of the finest, half an hour of the next.
  const sealedSeconds = Math.floor((MINUTES * 60 - 5) / 300) * 300;
  return {
    finestBytes: bytesOf("1s"),
    finestPoints: series * sealedSeconds,
    tenBytes: bytesOf("10s"),
    tenPoints: (series * Math.floor(sealedSeconds / 600) * 600) / 10,
    cpuMs,
  };
}
