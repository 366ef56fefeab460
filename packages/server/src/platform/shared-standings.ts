import type { Clock } from "@streamgate/core";
import type { SourceBoard, SourceStanding } from "./source-board.ts";
import type { StorePool } from "./store-pool.ts";

export interface SharedStandingsOptions {
  readonly tables: Pick<StorePool, "query">;
  readonly board: SourceBoard;
  readonly clock: Clock;
  readonly instance: string;
  /** The sources that one instance reads for all. */
  readonly ids: () => readonly string[];
  /** Whether this instance is the one. */
  readonly isReading: () => boolean;
}

const TELL = `
insert into streamgate.source_standings as known (id, read_at, problem, failures, told_by, told_at)
select u.id, u.read_at, u.problem, u.failures, $5, $6
from unnest($1::text[], $2::timestamptz[], $3::text[], $4::integer[]) as u (id, read_at, problem, failures)
order by u.id
on conflict (id) do update set
  read_at = excluded.read_at, problem = excluded.problem, failures = excluded.failures, told_by = excluded.told_by,
  told_at = excluded.told_at`;

const HEAR = `
select id, read_at as "readAt", problem, failures
from streamgate.source_standings
where id = any ($1::text[])`;

interface ToldStanding {
  readonly id: string;
  readonly readAt: Date | null;
  readonly problem: string | null;
  readonly failures: number;
}

/** Whoever reads tells in the store how its sources are; the others hear it, and so show the age of what they show. */
export async function shareStandings({
  tables,
  board,
  clock,
  instance,
  ids,
  isReading,
}: SharedStandingsOptions): Promise<void> {
  const shared = ids();
  if (shared.length === 0) return;
  if (!isReading()) {
    const told = await tables.query<ToldStanding>(HEAR, [shared]);
    // It may have begun to read while this question was under way.
    if (isReading()) return;
    for (const { id, readAt, problem, failures } of told)
      board.heard(id, { readAtMs: readAt?.getTime(), problem, failures });
    return;
  }
  const known = shared.flatMap((id) => {
    const standing = board.standingOf(id);
    return standing === undefined ? [] : [{ id, ...standing }];
  });
  const column = <Value>(read: (one: SourceStanding & { readonly id: string }) => Value): Value[] =>
    known.map(read);
  await tables.query(TELL, [
    column(({ id }) => id),
    column(({ readAtMs }) => (readAtMs === undefined ? null : new Date(readAtMs))),
    column(({ problem }) => problem),
    column(({ failures }) => failures),
    instance,
    clock.now(),
  ]);
}
