import type { RangeVar } from "@pgsql/types";
import { keyOf } from "../../schema/identifiers.ts";
import type { Relation, Snapshot } from "../../snapshot/snapshot.ts";
import { createNameResolver } from "../../workload/shape/name-resolver.ts";
import { userFunctionsOf } from "./user-functions.ts";

/** A column of a table or of a query's result, as far as it is known. */
export interface ColumnFacts {
  readonly name: string;
  /** As format_type writes it, without its modifier: `numeric`, `timestamp with time zone`; null where it is not known. */
  readonly type: string | null;
  readonly isNotNull: boolean;
  /** A collation other than its type's own; absent where there is none, or nothing is known. */
  readonly collation?: string;
}

/** Columns whose values together are different in every row in which none of them is null. */
interface Key {
  readonly columns: readonly string[];
  /** Whether no column of it can be null, so that it names a row. */
  readonly isNeverNull: boolean;
  readonly isPrimary: boolean;
}

/** Every row without a null in `columns` has its row in `parent`. */
interface Reference {
  readonly columns: readonly string[];
  readonly parent: TableFacts;
  readonly parentColumns: readonly string[];
}

/** A condition that every row of a table keeps. */
interface Check {
  /** pg_get_constraintdef. */
  readonly definition: string;
  readonly columns: readonly string[];
}

/** What the catalogue promises of a table; all of it is enforced by the server at every instant. */
export interface TableFacts {
  readonly relation: Relation;
  readonly columns: readonly ColumnFacts[];
  readonly keys: readonly Key[];
  readonly references: () => readonly Reference[];
  /** Its validated CHECK constraints. */
  readonly checks: readonly Check[];
  readonly rows: number;
}

/** What rules may rely on. */
export interface RewriteCatalogue {
  readonly snapshot: Snapshot;
  /** Null for a name that is unknown, or is not the user's. */
  table(range: RangeVar): TableFacts | null;
  /**
   * Whether the user's functions of that name give the same for the same arguments within one statement; undefined where there is none.
   */
  userFunction(name: string): "stable" | "volatile" | undefined;
}

/**
 * Reads from a snapshot what rewrites may rely on: keys that no child table repeats, foreign keys that hold at every instant and whose rows
 * everybody sees, NOT NULL that was checked, which functions are volatile.
 *
 * @example
 * ```ts
 * import { readCatalogue, type Snapshot } from "@streamgate/pg-advisor";
 * const keysOf = (snapshot: Snapshot, name: string) =>
 *   readCatalogue(snapshot).table({ relname: name })?.keys.map(({ columns }) => columns);
 * ```
 */
export function readCatalogue(snapshot: Snapshot): RewriteCatalogue {
  const resolver = createNameResolver(snapshot);
  const tables = new Map<string, TableFacts>();
  const isParent = new Set(snapshot.relations.flatMap(({ inherits }) => inherits.map(keyOf)));
  const factsOf = (relation: Relation): TableFacts => {
    const known = tables.get(keyOf(relation));
    if (known !== undefined) return known;
    const facts: TableFacts = {
      relation,
      columns: relation.columns.map(({ name, type, isNotNull, collation }) => ({
        name,
        type: withoutModifier(type),
        isNotNull: isNotNull && canPromise(relation),
        ...(collation === null ? {} : { collation }),
      })),
      // The keys of a parent say nothing of its children's rows.
      keys: isParent.has(keyOf(relation)) ? [] : keysOf(snapshot, relation),
      references: () => referencesOf(snapshot, relation, factsOf),
      checks: checksOf(snapshot, relation),
      rows: relation.rows,
    };
    tables.set(keyOf(relation), facts);
    return facts;
  };
  const functions = userFunctionsOf(snapshot);
  return {
    snapshot,
    table: (range) => {
      const resolved = resolver.resolve(range);
      return resolved.kind === "relation" ? factsOf(resolved.relation) : null;
    },
    userFunction: (name) => functions.get(name),
  };
}

function canPromise({ kind }: Relation): boolean {
  return kind === "table" || kind === "partitioned table";
}

/** `numeric(10,2)` → `numeric`; `timestamp(3) with time zone` → `timestamp with time zone`. */
export function withoutModifier(type: string): string {
  return type.replace(/\(\d+(?:,-?\d+)?\)/, "").replace(/ {2,}/, " ");
}

function keysOf(snapshot: Snapshot, relation: Relation): readonly Key[] {
  if (!canPromise(relation)) return [];
  const notNull = new Set(
    relation.columns.filter((column) => column.isNotNull).map(({ name }) => name),
  );
  const deferred = new Set(
    snapshot.constraints
      .filter(
        ({ definition }) => /\bDEFERRABLE\b/.test(definition) && !/NOT DEFERRABLE/.test(definition),
      )
      .map(({ table, name }) => JSON.stringify([table.schema, name])),
  );
  const keys: Key[] = [];
  for (const index of snapshot.indexes) {
    const isOfTable = keyOf(index.table) === keyOf(relation);
    if (!isOfTable || !index.isUnique || !index.isValid || index.predicate !== null) continue;
    if (deferred.has(JSON.stringify([index.table.schema, index.constraint ?? ""]))) continue;
    const columns = index.keys.flatMap(({ column }) => (column === null ? [] : [column]));
    if (columns.length !== index.keys.length) continue;
    keys.push({
      columns,
      isNeverNull: columns.every((column) => notNull.has(column)),
      isPrimary: index.isPrimary,
    });
  }
  return keys;
}

/** Foreign keys that hold at every instant, to tables whose rows everybody sees. */
function referencesOf(
  snapshot: Snapshot,
  relation: Relation,
  factsOf: (relation: Relation) => TableFacts,
): readonly Reference[] {
  if (!canPromise(relation)) return [];
  const byKey = new Map(snapshot.relations.map((one) => [keyOf(one), one]));
  return snapshot.constraints.flatMap((constraint) => {
    if (constraint.kind !== "foreign key" || keyOf(constraint.table) !== keyOf(relation)) return [];
    if (!constraint.isValidated || constraint.references === null) return [];
    const { definition } = constraint;
    if (/NOT ENFORCED|\bDEFERRABLE\b|\bPERIOD\b/.test(definition)) return [];
    const parent = byKey.get(keyOf(constraint.references.table));
    if (parent === undefined || parent.hasRowSecurity === true) return [];
    return [
      {
        columns: constraint.columns,
        parent: factsOf(parent),
        parentColumns: constraint.references.columns,
      },
    ];
  });
}

function checksOf(snapshot: Snapshot, relation: Relation): readonly Check[] {
  return snapshot.constraints
    .filter(
      ({ kind, table, isValidated, definition }) =>
        kind === "check" &&
        isValidated &&
        keyOf(table) === keyOf(relation) &&
        !/NOT ENFORCED|NO INHERIT/.test(definition),
    )
    .map(({ definition, columns }) => ({ definition, columns }));
}
