import { qualify, quoteLiteral } from "../../schema/identifiers.ts";
import type { RelationName } from "../../snapshot/snapshot.ts";

/** SQL that lets whoever may read all of the tables read their summary. */
export function grantReaders(tables: readonly RelationName[], summary: RelationName): string {
  const list = tables.map((table) => quoteLiteral(qualify(table))).join(", ");
  const mayRead = (role: string): string =>
    `(select bool_and(pg_catalog.has_table_privilege(${role}, relation, 'select')) from unnest(array[${list}]::regclass[]) as relation)`;
  return `do $streamgate$
declare
  reader text;
begin
  for reader in
    select 'public' where ${mayRead("'public'")}
    union all
    select pg_catalog.quote_ident(role.rolname) from pg_catalog.pg_roles as role
    where not role.rolsuper and role.rolname !~ '^pg_' and ${mayRead("role.oid")}
  loop
    execute 'grant select on ${qualify(summary).replaceAll("'", "''")} to ' || reader;
  end loop;
end
$streamgate$`;
}
