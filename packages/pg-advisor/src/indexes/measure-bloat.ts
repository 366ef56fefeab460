import { qualify, quoteIdentifier } from "../schema/identifiers.ts";
import { type ReadOptions, resolveReadOptions } from "../snapshot/options.ts";
import { inReadTransaction } from "../snapshot/read-transaction.ts";
import type { RelationName } from "../snapshot/snapshot.ts";
import { rowsOf, type SqlClient } from "../snapshot/sql-client.ts";

/** What pgstatindex counted in one B-tree. */
export interface IndexMeasurement extends RelationName {
  /** Share of its bytes that a rebuild would free, 0 to 1. */
  readonly bloat: number;
  readonly sizeBytes: number;
}

/** A B-tree that may be read whole. */
export interface MeasurableIndex extends RelationName {
  readonly sizeBytes: number;
}

/** How much of the watched server's disk one round of measuring may read. */
const MOST_MEASURED_BYTES = 256 * 1024 * 1024;
/** pgstatindex reads an index whole: larger ones are only estimated. */
const LARGEST_MEASURED_BYTES = 64 * 1024 * 1024;
const MEASURING_TIMEOUT_MS = 5_000;
/** CREATE INDEX leaves a tenth of each leaf free. */
const FRESH_LEAF_DENSITY = 0.9;

const RIGHTS_SQL = `
select n.nspname::text as schema
from pg_catalog.pg_extension as e
join pg_catalog.pg_namespace as n on n.oid = e.extnamespace
join pg_catalog.pg_proc as p on p.pronamespace = n.oid and p.proname = 'pgstatindex'
where e.extname = 'pgstattuple'
  and p.proargtypes[0] = 'pg_catalog.regclass'::pg_catalog.regtype
  and has_function_privilege(p.oid, 'execute')`;

/**
 * Counts the free space in B-trees where the extension pgstattuple is there and may be used; in the given order, until they are so
 * many bytes. Nothing is returned where it is not, or of one that takes too long.
 */
export async function measureBloat(
  connectionString: string,
  indexes: readonly MeasurableIndex[],
  options: ReadOptions = {},
): Promise<readonly IndexMeasurement[]> {
  const resolved = resolveReadOptions({ ...options, statementTimeoutMs: MEASURING_TIMEOUT_MS });
  const chosen = withinBudget(indexes);
  if (chosen.length === 0) return [];
  return inReadTransaction(connectionString, resolved, async (client) => {
    const [rights] = await rowsOf<{ readonly schema: string }>(client, RIGHTS_SQL);
    if (rights === undefined) return [];
    const measured: IndexMeasurement[] = [];
    for (const index of chosen) {
      const measurement = await measure(client, rights.schema, index);
      if (measurement !== null) measured.push(measurement);
    }
    return measured;
  });
}

/** Those that fit into the budget, in the order in which they were given. */
export function withinBudget(indexes: readonly MeasurableIndex[]): readonly MeasurableIndex[] {
  let leftBytes = MOST_MEASURED_BYTES;
  return indexes.filter(({ sizeBytes }) => {
    if (sizeBytes > LARGEST_MEASURED_BYTES || sizeBytes > leftBytes) return false;
    leftBytes -= sizeBytes;
    return true;
  });
}

interface Counted {
  readonly size: number;
  readonly inner: number;
  readonly leaves: number;
  readonly density: number;
}

/** One that is dropped, rebuilt or locked at this moment is left out. */
async function measure(
  client: SqlClient,
  schema: string,
  index: MeasurableIndex,
): Promise<IndexMeasurement | null> {
  await client.query("savepoint before_measuring");
  try {
    const [row] = await rowsOf<Counted>(
      client,
      `select index_size::float8 as size, internal_pages::float8 as inner,
              leaf_pages::float8 as leaves, coalesce(nullif(avg_leaf_density, 'NaN'), 0)::float8 as density
       from ${quoteIdentifier(schema)}.pgstatindex($1::pg_catalog.regclass)`,
      [qualify(index)],
    );
    await client.query("release savepoint before_measuring");
    if (row === undefined || row.size === 0) return null;
    const { schema: indexSchema, name } = index;
    return { schema: indexSchema, name, bloat: bloatOfPages(row), sizeBytes: row.size };
  } catch (error) {
    if (typeof (error as { readonly code?: unknown }).code !== "string") throw error;
    await client.query("rollback to savepoint before_measuring");
    return null;
  }
}

const PAGE_BYTES = 8_192;

/** What the leaves hold, packed as CREATE INDEX packs them, beside what the file takes. */
function bloatOfPages({ size, inner, leaves, density }: Counted): number {
  const packedLeaves = (leaves * density) / 100 / FRESH_LEAF_DENSITY;
  const innerShare = leaves === 0 ? 0 : inner / leaves;
  const asNewBytes = (1 + packedLeaves * (1 + innerShare)) * PAGE_BYTES;
  return Math.max(0, 1 - asNewBytes / size);
}
