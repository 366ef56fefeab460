import { readFileSync } from "node:fs";

/** Where the SQL that makes the empty tables lies. */
export const MEDIA_SCHEMA_SQL: URL = new URL("./schema.sql", import.meta.url);

/** Where the SQL that adds the foreign keys to the tables lies. */
export const MEDIA_FOREIGN_KEYS_SQL: URL = new URL("./foreign-keys.sql", import.meta.url);

/** The whole schema as one text: tables with their primary keys, then foreign keys. */
export function loadMediaSchema(): string {
  return `${readFileSync(MEDIA_SCHEMA_SQL, "utf8")}\n${readFileSync(MEDIA_FOREIGN_KEYS_SQL, "utf8")}`;
}
