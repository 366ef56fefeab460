/** SQL that keeps the objects of users: neither PostgreSQL's own, nor temporary, nor an extension's. */

/** A condition on the alias of `pg_namespace`. No user schema may begin with `pg_`. */
export function isUserSchema(namespaceAlias: string): string {
  return `${namespaceAlias}.nspname !~ '^pg_' and ${namespaceAlias}.nspname <> 'information_schema'`;
}

/** A condition on an object's oid, given the catalogue that holds it. */
export function belongsToNoExtension(
  catalogue: "pg_class" | "pg_type" | "pg_proc" | "pg_collation",
  oid: string,
): string {
  return `not exists (
    select from pg_catalog.pg_depend as membership
    where membership.classid = 'pg_catalog.${catalogue}'::pg_catalog.regclass
      and membership.objid = ${oid}
      and membership.deptype = 'e'
  )`;
}
