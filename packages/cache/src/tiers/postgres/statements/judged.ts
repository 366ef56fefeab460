/**
 * True when one of the tags was invalidated by a transaction that the snapshot has not seen.
 *
 * The range over `epoch` lets the index skip all that was over before the load began. `offset 0` keeps this a look-up a
 * tag: written as a join, before the table's first ANALYZE, the planner reckoned a scan of all 60,000 epochs
 * a key cheaper than three look-ups, and a read took 13 ms instead of 0.07.
 *
 * @param tags SQL of a `text[]`
 * @param snapshot SQL of a `pg_snapshot`
 */
export const isInvalidated = (schema: string, tags: string, snapshot: string): string => `exists (
      select
      from unnest(${tags}) as needed (tag)
      where exists (
        select
        from ${schema}.epochs bump
        where bump.tag = needed.tag and bump.epoch >= pg_snapshot_xmin(${snapshot})
          and not pg_visible_in_snapshot(bump.epoch, ${snapshot})
        offset 0
      )
    )`;

/**
 * The row `known` if the server is the one that the cache knows, else none. `limit 1` tells the planner what it cannot
 * know of a table of one row before ANALYZE; by its guess of 7,680 rows the server would compile the statement at every call.
 */
export const knownServer = (schema: string): string => `(
  select state.generation, state.floor, incarnation.boot
  from ${schema}.incarnation
  cross join ${schema}.state
  where incarnation.started_at = pg_postmaster_start_time()
  limit 1
)`;
