import type { RelationName } from "../snapshot/snapshot.ts";
import type { LabSession } from "./session.ts";

/** An index as it stands on the lab. */
export interface LabIndex {
  readonly id: string;
  readonly name: string;
  readonly table: RelationName;
  /** The table's name, quoted as SQL needs it. */
  readonly tableSql: string;
  readonly sizeBytes: number;
  readonly hasExpression: boolean;
  readonly isValid: boolean;
}

const LIST_INDEXES = `
  select i.indexrelid::text as id, c.relname::text as name, n.nspname::text as schema,
         t.relname::text as "table", i.indrelid::regclass::text as table_sql,
         pg_relation_size(i.indexrelid)::text as size_bytes,
         (i.indexprs is not null)::text as has_expression, i.indisvalid::text as is_valid
    from pg_index i
    join pg_class c on c.oid = i.indexrelid
    join pg_class t on t.oid = i.indrelid
    join pg_namespace n on n.oid = t.relnamespace
   where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
   order by i.indexrelid`;

type ListedRow = Record<
  "id" | "name" | "schema" | "table" | "table_sql" | "size_bytes" | "has_expression" | "is_valid",
  string
>;

/** The indexes of user tables that the session's transaction sees. */
export async function listIndexes(session: LabSession): Promise<readonly LabIndex[]> {
  const rows = await session.rows<ListedRow>(LIST_INDEXES);
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    table: { schema: row.schema, name: row.table },
    tableSql: row.table_sql,
    sizeBytes: Number(row.size_bytes),
    hasExpression: row.has_expression === "true",
    isValid: row.is_valid === "true",
  }));
}
