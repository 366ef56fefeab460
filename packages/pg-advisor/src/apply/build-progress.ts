import type { Backend, Link } from "./link.ts";

/** How far a server process is with what it does. */
export interface BuildProgress {
  /** As pg_stat_progress_create_index names it; empty outside a build. */
  readonly phase: string;
  readonly done: number;
  /** 0 where it is not known. */
  readonly total: number;
  readonly unit: "blocks" | "rows" | "transactions" | "steps";
  /** Who keeps it waiting, for a person; empty when nobody does. */
  readonly blockers: string;
}

interface ProgressRow {
  readonly phase: string | null;
  readonly blocksDone: number;
  readonly blocksTotal: number;
  readonly rowsDone: number;
  readonly rowsTotal: number;
  readonly lockersDone: number;
  readonly lockersTotal: number;
  readonly blockers: readonly Blocker[] | null;
}

interface Blocker {
  readonly pid: number;
  readonly application: string | null;
  readonly state: string | null;
  readonly openSeconds: number | null;
}

/** Reads what `backend` does now; `gone` when the server has no such process any more. */
export async function readBuildProgress(
  link: Link,
  backend: Backend,
): Promise<BuildProgress | "gone"> {
  const [row] = await link.query<ProgressRow>(
    `select p.phase,
            coalesce(p.blocks_done, 0)::float8 as "blocksDone",
            coalesce(p.blocks_total, 0)::float8 as "blocksTotal",
            coalesce(p.tuples_done, 0)::float8 as "rowsDone",
            coalesce(p.tuples_total, 0)::float8 as "rowsTotal",
            coalesce(p.lockers_done, 0)::float8 as "lockersDone",
            coalesce(p.lockers_total, 0)::float8 as "lockersTotal",
            (select json_agg(json_build_object('pid', b.pid, 'application', b.application_name, 'state', b.state,
                      'openSeconds', round(extract(epoch from clock_timestamp() - b.xact_start))))
               from pg_stat_activity b where b.pid = any(pg_blocking_pids(a.pid))) as blockers
       from pg_stat_activity a
       left join pg_stat_progress_create_index p on p.pid = a.pid
      where a.pid = $1 and a.backend_start::text = $2`,
    [backend.pid, backend.startedAt],
  );
  return row === undefined ? "gone" : progressOf(row);
}

function progressOf(row: ProgressRow): BuildProgress {
  const phase = row.phase ?? "";
  const blockers = (row.blockers ?? []).map(describe).join(", ");
  if (phase.startsWith("waiting for")) {
    return {
      phase,
      done: row.lockersDone,
      total: row.lockersTotal,
      unit: "transactions",
      blockers,
    };
  }
  if (row.blocksTotal > 0 && row.blocksDone < row.blocksTotal) {
    return { phase, done: row.blocksDone, total: row.blocksTotal, unit: "blocks", blockers };
  }
  if (row.rowsTotal > 0) {
    return { phase, done: row.rowsDone, total: row.rowsTotal, unit: "rows", blockers };
  }
  return { phase, done: row.blocksDone, total: row.blocksTotal, unit: "blocks", blockers };
}

function describe({ pid, application, state, openSeconds }: Blocker): string {
  const name = application === null || application === "" ? "" : ` (${application})`;
  const open = openSeconds === null ? "" : `, open for ${openSeconds} s`;
  return `process ${pid}${name} ${state ?? "busy"}${open}`;
}
