import type { RangeVar } from "@pgsql/types";
import type { Relation, Snapshot } from "../../snapshot/snapshot.ts";

type ResolvedName =
  | { readonly kind: "relation"; readonly relation: Relation }
  | { readonly kind: "system" }
  | { readonly kind: "unknown" };

/** Finds relations by name, as the search_path of the snapshot's server would. */
export interface NameResolver {
  resolve(range: RangeVar): ResolvedName;
}

const SYSTEM_SCHEMAS: ReadonlySet<string> = new Set([
  "pg_catalog",
  "information_schema",
  "pg_toast",
]);
const SYSTEM_NAME = /^pg_/;

export function createNameResolver(snapshot: Snapshot): NameResolver {
  const relations = new Map(
    snapshot.relations.map((relation) => [keyOf(relation.schema, relation.name), relation]),
  );
  const path = searchPathOf(snapshot);
  return {
    resolve: ({ schemaname, relname = "" }) => {
      if (schemaname !== undefined && SYSTEM_SCHEMAS.has(schemaname)) return { kind: "system" };
      const schemas = schemaname === undefined ? path : [schemaname];
      for (const schema of schemas) {
        const relation = relations.get(keyOf(schema, relname));
        if (relation !== undefined && !SYSTEM_NAME.test(relname))
          return { kind: "relation", relation };
      }
      return SYSTEM_NAME.test(relname) ? { kind: "system" } : { kind: "unknown" };
    },
  };
}

/** The schemas of `search_path` in order: `"$user"` is the connected user's own. */
export function searchPathOf(snapshot: Snapshot): readonly string[] {
  const setting = snapshot.settings.find(({ name }) => name === "search_path");
  const value = setting?.value ?? '"$user", public';
  return [...value.matchAll(/"((?:[^"]|"")*)"|([^\s,"]+)/g)].map(([, quoted, plain]) => {
    const name = quoted?.replaceAll('""', '"') ?? plain?.toLowerCase() ?? "";
    return name === "$user" ? snapshot.server.user : name;
  });
}

function keyOf(schema: string, name: string): string {
  return JSON.stringify([schema, name]);
}
