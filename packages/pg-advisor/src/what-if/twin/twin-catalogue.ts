import type { ClientBase } from "pg";
import type { SqlClient } from "../../snapshot/sql-client.ts";
import type { ColumnType } from "../btree/describe-column.ts";

/** A table or index of the twin that has a file. */
export interface StoredRelation {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  readonly kind: "table" | "index";
  /** Path of the main file below the data folder. */
  readonly path: string;
}

/** An index of the twin, and the columns that its tuples are made of. */
export interface StoredIndex extends StoredRelation {
  /** `btree`, `gin`, …. */
  readonly method: string;
  /** Names of the operator classes of the keys. */
  readonly operatorClasses: readonly string[];
  /** `reloptions`, as `name=value`. */
  readonly options: readonly string[];
  readonly tableSchema: string;
  readonly table: string;
  readonly isUnique: boolean;
  /** As SQL; null for a full index. */
  readonly predicate: string | null;
  readonly keyCount: number;
  /** Of a B-tree. */
  readonly fillFactorPercent: number;
  readonly columns: readonly StoredColumn[];
}

export type StoredBtree = StoredIndex;

export interface StoredColumn extends ColumnType {
  /** The table's column; null for an expression. */
  readonly column: string | null;
  /** The expression as SQL; null for a column. */
  readonly expression: string | null;
  /** The index's own name for it, under which the statistics of an expression are kept. */
  readonly indexColumn: string;
}

const NOT_USERS = `n.nspname <> 'information_schema' and n.nspname !~ '^pg_'`;

const RELATIONS = `
select c.oid, n.nspname::text as schema, c.relname::text as name,
       case c.relkind when 'i' then 'index' else 'table' end as kind,
       pg_catalog.pg_relation_filepath(c.oid) as path
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
where c.relkind in ('r', 'm', 'i') and ${NOT_USERS}`;

/** Which relations of the twin have files, and where? */
export async function readStoredRelations(client: ClientBase): Promise<readonly StoredRelation[]> {
  return (await client.query<StoredRelation>(RELATIONS)).rows;
}

const INDEXES = `
select c.oid, n.nspname::text as schema, c.relname::text as name,
       'index' as kind, pg_catalog.pg_relation_filepath(c.oid) as path,
       tn.nspname::text as "tableSchema", t.relname::text as "table",
       i.indisunique as "isUnique", i.indnkeyatts::int as "keyCount",
       pg_catalog.pg_get_expr(i.indpred, i.indrelid) as predicate,
       m.amname::text as method, coalesce(c.reloptions, '{}') as options,
       array(select o.opcname::text
             from pg_catalog.unnest(i.indclass::oid[]) with ordinality as k (oid, position)
             join pg_catalog.pg_opclass as o on o.oid = k.oid order by k.position) as "operatorClasses",
       coalesce((select substring(o from 'fillfactor=(\\d+)')::int
                 from pg_catalog.unnest(c.reloptions) as o where o ~ '^fillfactor='), 90) as "fillFactorPercent",
       columns.columns
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n on n.oid = c.relnamespace
join pg_catalog.pg_am as m on m.oid = c.relam and m.amname = any ($2)
join pg_catalog.pg_index as i on i.indexrelid = c.oid
join pg_catalog.pg_class as t on t.oid = i.indrelid
join pg_catalog.pg_namespace as tn on tn.oid = t.relnamespace
cross join lateral (
  select pg_catalog.json_agg(pg_catalog.json_build_object(
           'column', ta.attname,
           'expression', case when ta.attname is null then pg_catalog.pg_get_indexdef(c.oid, ia.attnum, false) end,
           'indexColumn', ia.attname,
           'lengthBytes', ia.attlen,
           'alignmentBytes', case ia.attalign when 'c' then 1 when 's' then 2 when 'i' then 4 else 8 end,
           'storedAs', case when ty.typcategory = 'S' and ia.attlen = -1 then 'text'
                            when ia.atttypid = 'pg_catalog.numeric'::pg_catalog.regtype then 'numeric'
                            else 'other' end) order by ia.attnum) as columns
  from pg_catalog.pg_attribute as ia
  join pg_catalog.pg_type as ty on ty.oid = ia.atttypid
  left join pg_catalog.pg_attribute as ta
    on ta.attrelid = i.indrelid and ta.attnum = i.indkey[ia.attnum - 1] and ta.attnum > 0
  where ia.attrelid = c.oid and ia.attnum > 0) as columns
where c.relkind = 'i' and ${NOT_USERS} and ($1::oid[] is null or c.oid = any ($1))`;

/** Which B-trees has the twin, and of what? `oids` limits the answer. */
export async function readBtrees(
  client: SqlClient,
  oids: readonly number[] | null = null,
): Promise<readonly StoredBtree[]> {
  return (await client.query<StoredBtree>(INDEXES, [oids, ["btree"]])).rows;
}

const MODELLED = ["btree", "hash", "gin", "gist", "brin"];

/** The indexes of every method whose size can be predicted. */
export async function readStoredIndexes(
  client: SqlClient,
  oids: readonly number[] | null = null,
): Promise<readonly StoredIndex[]> {
  return (await client.query<StoredIndex>(INDEXES, [oids, MODELLED])).rows;
}
