import type { LabSession } from "../../proof/session.ts";

export interface PlainColumns {
  /** What an INSERT may give, OVERRIDING SYSTEM VALUE; generated columns are left out. */
  readonly insertable: readonly string[];
  /** What an UPDATE may set: no identity that is always the server's. */
  readonly updatable: readonly string[];
}

/** The columns of a table that writers may give. */
export async function plainColumns(session: LabSession, table: string): Promise<PlainColumns> {
  const rows = await session.rows<{ name: string; identity: string }>(
    `select attname::text as name, attidentity::text as identity from pg_attribute
      where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = ''
      order by attnum`,
    [table],
  );
  return {
    insertable: rows.map(({ name }) => name),
    updatable: rows.filter(({ identity }) => identity !== "a").map(({ name }) => name),
  };
}
