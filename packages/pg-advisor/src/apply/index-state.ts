import type { Link } from "./link.ts";
import { quoteName, type WrittenName } from "./sql-action.ts";

/** A table as the catalogue has it now. */
export interface TableState {
  readonly oid: number;
  readonly schema: string;
  readonly name: string;
  /** Schema-qualified and quoted. */
  readonly fullName: string;
  readonly owner: string;
  readonly isOwner: boolean;
  readonly mayCreateInSchema: boolean;
}

/** What bears an index's name now. */
export interface IndexState {
  readonly oid: number;
  readonly kind: "index" | "partitioned index" | "no index";
  /** Schema-qualified and quoted. */
  readonly fullName: string;
  readonly tableOid: number | null;
  readonly table: string | null;
  readonly isValid: boolean;
  /** pg_get_indexdef. */
  readonly definition: string;
  /** The partitioned parent's index that it is attached to, qualified and quoted. */
  readonly parent: string | null;
  /** The process that builds it at this moment. */
  readonly builderPid: number | null;
}

/** Looks a table up by its name as SQL writes it; null when there is none. */
export async function readTable(link: Link, name: string): Promise<TableState | null> {
  const [table] = await link.query<TableState>(
    `select c.oid, n.nspname as schema, c.relname as name,
            format('%I.%I', n.nspname, c.relname) as "fullName",
            pg_get_userbyid(c.relowner) as owner,
            pg_has_role(c.relowner, 'USAGE') as "isOwner",
            has_schema_privilege(n.oid, 'CREATE') as "mayCreateInSchema"
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where c.oid = to_regclass($1)`,
    [name],
  );
  return table ?? null;
}

/** Looks up what bears an index's name; null when nothing does. */
export async function readIndex(link: Link, name: WrittenName): Promise<IndexState | null> {
  const [index] = await link.query<IndexState>(
    `select c.oid,
            case c.relkind when 'i' then 'index' when 'I' then 'partitioned index' else 'no index' end as kind,
            format('%I.%I', n.nspname, c.relname) as "fullName",
            i.indrelid as "tableOid",
            (select format('%I.%I', tn.nspname, t.relname)
               from pg_class t join pg_namespace tn on tn.oid = t.relnamespace
              where t.oid = i.indrelid) as "table",
            coalesce(i.indisvalid, false) as "isValid",
            coalesce(pg_get_indexdef(i.indexrelid), '') as definition,
            (select format('%I.%I', pn.nspname, p.relname)
               from pg_inherits h join pg_class p on p.oid = h.inhparent
               join pg_namespace pn on pn.oid = p.relnamespace
              where h.inhrelid = c.oid and p.relkind = 'I') as parent,
            (select min(b.pid) from pg_stat_progress_create_index b
              where b.index_relid = c.oid) as "builderPid"
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
       left join pg_index i on i.indexrelid = c.oid
      where c.oid = to_regclass($1)`,
    [quoteName(name)],
  );
  return index ?? null;
}

/** Invalid indexes that an interrupted REINDEX CONCURRENTLY of `index` left beside it, qualified and quoted. */
export async function readRebuildLeftovers(
  link: Link,
  index: IndexState,
): Promise<readonly string[]> {
  const rows = await link.query<{ fullName: string }>(
    `select format('%I.%I', n.nspname, c.relname) as "fullName"
       from pg_index i join pg_class c on c.oid = i.indexrelid
       join pg_namespace n on n.oid = c.relnamespace
       join pg_class rebuilt on rebuilt.oid = $1
       join pg_index itself on itself.indexrelid = rebuilt.oid
      where i.indrelid = itself.indrelid and not i.indisvalid
        and c.relname ~ '_cc(new|old)[0-9]*$'
        and starts_with(rebuilt.relname, regexp_replace(c.relname, '_cc(new|old)[0-9]*$', ''))`,
    [index.oid],
  );
  return rows.map(({ fullName }) => fullName);
}
