import type { HistoryDatabase } from "./database.ts";
import { type Batch, sealFrame } from "./journal-frame.ts";
import type { SeriesIds } from "./series-ids.ts";

const APPEND = `
insert into streamgate_monitor.journal (name, kind, starts_at, payload)
select name, kind, to_timestamp(starts / 1000), payload
from unnest($1::text[], $2::text[], $3::float8[], $4::bytea[]) as given (name, kind, starts, payload)`;

const WRITE_TIMEOUT_MS = 30_000;

/** Puts a batch on disk. When it rejects, the batch may be there or not, and may be given again: points are known by series and time. */
export async function appendToJournal(
  database: HistoryDatabase,
  seriesIds: SeriesIds,
  { frames }: Batch,
): Promise<void> {
  if (frames.length === 0) return;
  const options = { tried: "write points into the history", timeoutMs: WRITE_TIMEOUT_MS };
  try {
    await database.transaction(options, async (query) => {
      const ids = await seriesIds.resolve(
        query,
        frames.flatMap(({ seen }) => seen),
      );
      let from = 0;
      const payloads = frames.map((frame) => {
        const own = ids.slice(from, from + frame.seen.length);
        from += frame.seen.length;
        return sealFrame(frame, own);
      });
      await query(APPEND, [
        frames.map(({ name }) => name),
        frames.map(({ kind }) => kind),
        frames.map(({ windowStartMs }) => windowStartMs),
        payloads,
      ]);
    });
  } catch (error) {
    seriesIds.forget();
    throw error;
  }
}
