import type { IndexDefinition } from "../../candidates/candidate.ts";
import { nameless } from "../../candidates/definition-sql.ts";
import type { PlanNode } from "../../plans/plan.ts";
import { indexesUsed } from "../../plans/walk-plan.ts";
import { keyOf, quoteIdentifier } from "../../schema/identifiers.ts";
import type { ExtensionFacts, RelationName } from "../../snapshot/snapshot.ts";
import { existingNotHidden } from "../errors.ts";
import type { LeafTables } from "../twin/leaf-tables.ts";
import type { PlanningTransaction } from "./hypopg-session.ts";

/** An index that HypoPG pretends, in the words of the extension. */
interface Hypothetical {
  readonly oid: number;
  /** As plans tell it: `<13543>btree_users_email`. */
  readonly name: string;
}

/** An index to be pretended, and by which id plans shall tell it. */
export interface Pretended {
  readonly id: string;
  readonly definition: IndexDefinition;
}

/** Reads plans in the words of who asked. */
export interface HypotheticalWorld {
  /** Candidates by their ids. @throws where the plan needs an index that should not be there */
  read(plan: PlanNode): PlanNode;
}

/** Makes indexes in the memory of one session on the watched server. */
export class HypotheticalIndexes {
  readonly #extension: ExtensionFacts;
  readonly #leafTables: LeafTables;

  constructor(extension: ExtensionFacts, leafTables: LeafTables) {
    this.#extension = extension;
    this.#leafTables = leafTables;
  }

  /** What `work` does while these indexes seem to exist and those seem not to; afterwards nothing of it is left. */
  async pretend<Answer>(
    transaction: PlanningTransaction,
    { present, absent }: { present: readonly Pretended[]; absent: readonly RelationName[] },
    work: (world: HypotheticalWorld) => Promise<Answer>,
  ): Promise<Answer> {
    const made: Hypothetical[] = [];
    try {
      const ids = new Map<string, string>();
      for (const one of present) {
        for (const { oid, name } of await this.#make(transaction, one.definition)) {
          made.push({ oid, name });
          ids.set(name, one.id);
        }
      }
      const gone = new Set(absent.map(keyOf));
      return await work({ read: (plan) => renamed(refuseUseOf(plan, gone), ids) });
    } finally {
      // They live in the session's memory, which no rollback touches.
      await this.#forget(transaction, made);
    }
  }

  /** What HypoPG takes for the bytes of an index: its own formula, which is 2 to 4 times too large. */
  async bytesOf(transaction: PlanningTransaction, definition: IndexDefinition): Promise<number> {
    const made = await this.#make(transaction, definition);
    try {
      const [row] = await transaction.rows<{ readonly bytes: string }>(
        `select coalesce(sum(${this.#routine("hypopg_relation_size")}(oid)), 0)::text as bytes from pg_catalog.unnest($1::oid[]) as oid`,
        [made.map(({ oid }) => oid)],
      );
      return Number(row?.bytes ?? 0);
    } finally {
      await this.#forget(transaction, made);
    }
  }

  /** One of each table that holds rows: a parent's would be none of its partitions'. */
  async #make(
    transaction: PlanningTransaction,
    definition: IndexDefinition,
  ): Promise<readonly Hypothetical[]> {
    const made: Hypothetical[] = [];
    try {
      for (const table of this.#leafTables.of(definition.table)) {
        made.push(
          ...(await transaction.rows<Hypothetical>(
            `select indexrelid as oid, indexname as name from ${this.#routine("hypopg_create_index")}($1)`,
            [nameless({ ...definition, table })],
          )),
        );
      }
    } catch (error) {
      await this.#forget(transaction, made);
      throw error;
    }
    return made;
  }

  async #forget(transaction: PlanningTransaction, made: readonly Hypothetical[]): Promise<void> {
    if (made.length === 0) return;
    await transaction.rows(
      `select ${this.#routine("hypopg_drop_index")}(oid) from pg_catalog.unnest($1::oid[]) as oid`,
      [made.map(({ oid }) => oid)],
    );
  }

  #routine(name: string): string {
    return `${quoteIdentifier(this.#extension.schema)}.${name}`;
  }
}

/**
 * A real index is not made to vanish on a server that others use. A plan that does not read it is the plan without it, as it was the cheapest
 * of more; any other plan says nothing.
 */
function refuseUseOf(plan: PlanNode, gone: ReadonlySet<string>): PlanNode {
  const used = indexesUsed(plan).find(
    ({ schema, name }) => schema !== null && gone.has(keyOf({ schema, name })),
  );
  if (used !== undefined) throw existingNotHidden(used.name);
  return plan;
}

function renamed(plan: PlanNode, ids: ReadonlyMap<string, string>): PlanNode {
  const index = plan.index === null ? null : (ids.get(plan.index) ?? plan.index);
  return { ...plan, index, children: plan.children.map((child) => renamed(child, ids)) };
}
