import { quoteIdentifier } from "../schema/identifiers.ts";
import type { RelationName } from "../snapshot/snapshot.ts";
import type { Statement, Workload } from "../workload/workload.ts";
import { renamed } from "./mentions.ts";

/**
 * Statements on tables whose names differ in digits alone. libpg-query gives `select … from events_2026_01` and `… from events_2026_02`
 * one fingerprint, and the workload keeps the text of the first: what is said of one table may be said of any of its siblings.
 */
export class SiblingStatements {
  readonly #byFamily = new Map<string, { statement: Statement; relation: RelationName }[]>();

  constructor({ statements }: Workload) {
    for (const statement of statements) {
      for (const relation of statement.relations) {
        const family = familyOf(relation);
        if (family === null) continue;
        const known = this.#byFamily.get(family);
        if (known === undefined) this.#byFamily.set(family, [{ statement, relation }]);
        else known.push({ statement, relation });
      }
    }
  }

  /** The statements of the siblings, as they would be on this table. */
  of(table: RelationName): readonly Statement[] {
    const family = familyOf(table);
    const known = family === null ? [] : (this.#byFamily.get(family) ?? []);
    return known.flatMap(({ statement, relation }) => {
      if (relation.name === table.name) return [];
      const name = quoteIdentifier(relation.name);
      return [{ ...statement, text: renamed(statement.text, name, quoteIdentifier(table.name)) }];
    });
  }
}

/** Null for a name without two digits in a row, which stands for itself. */
function familyOf({ schema, name }: RelationName): string | null {
  const bare = name.replace(/\d{2,}/g, "");
  return bare === name ? null : JSON.stringify([schema, bare]);
}
