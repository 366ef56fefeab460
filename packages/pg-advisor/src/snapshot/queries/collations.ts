import { quoteIdentifier, quoteLiteral } from "../../schema/identifiers.ts";
import type { CollationFacts } from "../snapshot.ts";
import { rowsOf, type SqlClient } from "../sql-client.ts";
import { belongsToNoExtension, isUserSchema } from "./user-objects.ts";

/** The column that holds an ICU or built-in locale was renamed twice; the row as JSON knows its name. */
const SQL = `
select n.nspname::text as schema, l.collname::text as name,
       l.collprovider::text as provider, l.collisdeterministic as "isDeterministic",
       coalesce(
         to_jsonb(l) ->> 'colllocale', to_jsonb(l) ->> 'colliculocale', l.collcollate::text
       ) as locale,
       to_jsonb(l) ->> 'collicurules' as rules
from pg_catalog.pg_collation as l
join pg_catalog.pg_namespace as n on n.oid = l.collnamespace
where ${isUserSchema("n")} and ${belongsToNoExtension("pg_collation", "l.oid")}
order by l.oid`;

interface Row {
  readonly schema: string;
  readonly name: string;
  readonly provider: string;
  readonly isDeterministic: boolean;
  readonly locale: string;
  readonly rules: string | null;
}

const PROVIDERS: Readonly<Record<string, string>> = { i: "icu", c: "libc", b: "builtin" };

/** Which collations have users made? */
export async function readCollations(client: SqlClient): Promise<readonly CollationFacts[]> {
  const rows = await rowsOf<Row>(client, SQL);
  return rows.map((row) => ({ schema: row.schema, name: row.name, definition: definitionOf(row) }));
}

function definitionOf(row: Row): string {
  const parts = [
    `provider = ${PROVIDERS[row.provider] ?? "libc"}`,
    `locale = ${quoteLiteral(row.locale)}`,
    ...(row.isDeterministic ? [] : ["deterministic = false"]),
    ...(row.rules === null ? [] : [`rules = ${quoteLiteral(row.rules)}`]),
  ];
  const name = `${quoteIdentifier(row.schema)}.${quoteIdentifier(row.name)}`;
  return `CREATE COLLATION ${name} (${parts.join(", ")})`;
}
