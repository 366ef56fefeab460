import { qualify, quoteLiteral } from "../../schema/identifiers.ts";
import type { RelationName } from "../../snapshot/snapshot.ts";

/** SQL that lets whoever may read the table read its summary. */
export function grantReaders(table: RelationName, summary: RelationName): string {
  return `do $streamgate$
declare
  reader text;
begin
  for reader in
    select distinct case when acl.grantee = 0 then 'public' else pg_catalog.quote_ident(role.rolname) end
    from pg_catalog.pg_class as class
    cross join lateral pg_catalog.aclexplode(
      coalesce(class.relacl, pg_catalog.acldefault('r', class.relowner))) as acl
    left join pg_catalog.pg_roles as role on role.oid = acl.grantee
    where class.oid = ${quoteLiteral(qualify(table))}::pg_catalog.regclass and acl.privilege_type = 'SELECT'
      and (acl.grantee = 0 or role.rolname is not null)
  loop
    execute 'grant select on ${qualify(summary).replaceAll("'", "''")} to ' || reader;
  end loop;
end
$streamgate$`;
}
