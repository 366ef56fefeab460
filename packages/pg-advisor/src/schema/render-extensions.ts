import type { ExtensionFacts } from "../snapshot/snapshot.ts";
import { qualify, quoteIdentifier } from "./identifiers.ts";
import type { SchemaStatement, SkippedObject } from "./schema-script.ts";

/** Present in every new database. */
const BUILT_IN = "plpgsql";

/** The extensions that the new server has; of the others, who will miss them. */
export function renderExtensions(
  extensions: readonly ExtensionFacts[],
  available: readonly string[],
): { readonly statements: readonly SchemaStatement[]; readonly skipped: readonly SkippedObject[] } {
  const wanted = extensions.filter((extension) => extension.name !== BUILT_IN);
  const isAvailable = (extension: ExtensionFacts): boolean => available.includes(extension.name);
  return {
    statements: wanted.filter(isAvailable).map((extension) => ({
      object: `extension ${extension.name}`,
      sql: `CREATE EXTENSION IF NOT EXISTS ${quoteIdentifier(extension.name)} SCHEMA ${quoteIdentifier(extension.schema)}`,
    })),
    skipped: wanted
      .filter((extension) => !isAvailable(extension))
      .map((extension) => ({
        object: `extension ${extension.name}`,
        reason: `not available here; ${usersOf(extension)}`,
      })),
  };
}

function usersOf(extension: ExtensionFacts): string {
  const users = extension.usedBy.map(qualify);
  return users.length === 0 ? "no relation uses it" : `used by ${users.join(", ")}`;
}
