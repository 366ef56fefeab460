import { quoteIdentifier, quoteLiteral } from "../../schema/identifiers.ts";
import type { TypeFacts } from "../snapshot.ts";
import { rowsOf, type SqlClient } from "../sql-client.ts";
import { orderByNeeds } from "./order-by-needs.ts";
import { belongsToNoExtension, isUserSchema } from "./user-objects.ts";

/** `needs` are the types inside a type; of an array, its element. */
const SQL = `
with part as (
  select t.oid as type, t.typbasetype as needed from pg_catalog.pg_type as t where t.typtype = 'd'
  union all
  select r.rngtypid, r.rngsubtype from pg_catalog.pg_range as r
  union all
  select c.reltype, a.atttypid
  from pg_catalog.pg_class as c
  join pg_catalog.pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
  where c.relkind = 'c'
)
select t.oid::text as id, n.nspname::text as schema, t.typname::text as name, t.typtype::text as code,
       (select json_agg(case when e.typelem <> 0 and e.typlen = -1 then e.typelem else e.oid end::text)
        from part join pg_catalog.pg_type as e on e.oid = part.needed
        where part.type = t.oid) as needs,
       (select json_agg(e.enumlabel order by e.enumsortorder)
        from pg_catalog.pg_enum as e where e.enumtypid = t.oid) as labels,
       (select json_agg(
                 quote_ident(a.attname) || ' ' || format_type(a.atttypid, a.atttypmod)
                 || case when a.attcollation <> 0 and a.attcollation <> at.typcollation
                      then ' COLLATE ' || a.attcollation::regcollation::text else '' end
                 order by a.attnum)
        from pg_catalog.pg_attribute as a
        join pg_catalog.pg_type as at on at.oid = a.atttypid
        where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped) as attributes,
       format_type(t.typbasetype, t.typtypmod) as base,
       case when t.typtype = 'd' and t.typcollation <> b.typcollation
         then t.typcollation::regcollation::text end as collation,
       t.typnotnull as "isNotNull",
       t.typdefault as "defaultExpression",
       (select json_agg('CONSTRAINT ' || quote_ident(k.conname) || ' ' || pg_get_constraintdef(k.oid)
                 order by k.conname)
        from pg_catalog.pg_constraint as k where k.contypid = t.oid and k.contype = 'c') as checks,
       (select json_agg(part) from (values
          (1, 'subtype = ' || format_type(r.rngsubtype, null)),
          (2, case when not o.opcdefault
                then format('subtype_opclass = %I.%I', ox.nspname, o.opcname) end),
          (3, case when r.rngcollation <> 0 then 'collation = ' || r.rngcollation::regcollation end),
          (4, case when r.rngsubdiff <> 0 then 'subtype_diff = ' || r.rngsubdiff::regproc end),
          (5, case when m.oid is not null
                then format('multirange_type_name = %I.%I', mn.nspname, m.typname) end)
        ) as v (position, part) where part is not null) as range
from pg_catalog.pg_type as t
join pg_catalog.pg_namespace as n on n.oid = t.typnamespace
left join pg_catalog.pg_class as c on c.oid = t.typrelid
left join pg_catalog.pg_type as b on b.oid = t.typbasetype
left join pg_catalog.pg_range as r on r.rngtypid = t.oid
left join pg_catalog.pg_opclass as o on o.oid = r.rngsubopc
left join pg_catalog.pg_namespace as ox on ox.oid = o.opcnamespace
left join pg_catalog.pg_type as m on m.oid = r.rngmultitypid
left join pg_catalog.pg_namespace as mn on mn.oid = m.typnamespace
where ${isUserSchema("n")}
  and (t.typtype in ('e', 'd', 'r') or (t.typtype = 'c' and c.relkind = 'c'))
  and ${belongsToNoExtension("pg_type", "t.oid")}
  and (t.typrelid = 0 or ${belongsToNoExtension("pg_class", "t.typrelid")})
order by t.oid`;

interface Row {
  readonly id: string;
  readonly schema: string;
  readonly name: string;
  readonly code: "e" | "d" | "c" | "r";
  readonly needs: readonly string[] | null;
  readonly labels: readonly string[] | null;
  readonly attributes: readonly string[] | null;
  readonly base: string | null;
  readonly collation: string | null;
  readonly isNotNull: boolean;
  readonly defaultExpression: string | null;
  readonly checks: readonly string[] | null;
  readonly range: readonly string[] | null;
}

const KINDS = { e: "enum", d: "domain", c: "composite", r: "range" } as const;

/** Which types have users made, in an order in which they can be made again? */
export async function readTypes(client: SqlClient): Promise<readonly TypeFacts[]> {
  const rows = await rowsOf<Row>(client, SQL);
  return orderByNeeds(
    rows,
    (row) => row.id,
    (row) => row.needs ?? [],
  ).map((row) => ({
    schema: row.schema,
    name: row.name,
    kind: KINDS[row.code],
    definition: definitionOf(row),
  }));
}

function definitionOf(row: Row): string {
  const name = `${quoteIdentifier(row.schema)}.${quoteIdentifier(row.name)}`;
  switch (row.code) {
    case "e":
      return `CREATE TYPE ${name} AS ENUM (${(row.labels ?? []).map(quoteLiteral).join(", ")})`;
    case "c":
      return `CREATE TYPE ${name} AS (${(row.attributes ?? []).join(", ")})`;
    case "r":
      return `CREATE TYPE ${name} AS RANGE (${(row.range ?? []).join(", ")})`;
    case "d":
      return [
        `CREATE DOMAIN ${name} AS ${row.base}`,
        ...(row.collation === null ? [] : [`COLLATE ${row.collation}`]),
        ...(row.defaultExpression === null ? [] : [`DEFAULT ${row.defaultExpression}`]),
        ...(row.isNotNull ? ["NOT NULL"] : []),
        ...(row.checks ?? []),
      ].join(" ");
  }
}
