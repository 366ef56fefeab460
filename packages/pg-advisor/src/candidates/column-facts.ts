import type { ColumnStatistics, Relation, RelationName, Snapshot } from "../snapshot/snapshot.ts";

/** What decides whether and where a column stands in an index. */
export interface ColumnFacts {
  /** Whether a B-tree can hold it at all. */
  canBeKey(relation: Relation, column: string): boolean;
  /** Number of different values by the statistics; 1 where nothing is known. */
  distinctValues(relation: Relation, column: string): number;
  /** Whether LIKE 'prefix%' can be looked up: text in the C collation. */
  servesPrefix(relation: Relation, column: string): boolean;
}

/** Types without a B-tree operator class. */
const UNSORTABLE: ReadonlySet<string> = new Set([
  "json",
  "xml",
  "point",
  "box",
  "line",
  "lseg",
  "path",
  "polygon",
  "circle",
  "xid",
  "cid",
  "aclitem",
  "jsonpath",
  "txid_snapshot",
  "pg_snapshot",
  "refcursor",
]);
/** A B-tree entry must fit a third of a page (2,704 bytes); wide values would also make a huge index. */
const WIDEST_KEY_BYTES = 500;
const BINARY_COLLATION = /^("?pg_catalog"?\.)?"?(C|POSIX|ucs_basic|C\.utf8|C\.UTF-8)"?$/i;

export function createColumnFacts(snapshot: Snapshot): ColumnFacts {
  const statistics = new Map<string, ColumnStatistics>();
  for (const row of snapshot.columnStatistics) {
    const key = keyOf({ schema: row.schema, name: row.relation }, row.column);
    if (row.inherited || !statistics.has(key)) statistics.set(key, row);
  }
  const types = new Map(
    snapshot.types.flatMap((type) => [
      [type.name, type],
      [`${type.schema}.${type.name}`, type],
    ]),
  );
  const sortable = (type: string): boolean => {
    const plain = plainType(type);
    const facts = types.get(plain.replaceAll('"', ""));
    if (facts?.kind === "composite") return false;
    if (facts?.kind === "domain") return sortable(baseOfDomain(facts.definition));
    return !UNSORTABLE.has(plain);
  };
  return {
    canBeKey: (relation, column) => {
      const facts = relation.columns.find(({ name }) => name === column);
      if (facts === undefined || facts.generated === "virtual" || !sortable(facts.type))
        return false;
      return (statistics.get(keyOf(relation, column))?.averageWidth ?? 0) <= WIDEST_KEY_BYTES;
    },
    distinctValues: (relation, column) => {
      const distinct = statistics.get(keyOf(relation, column))?.distinct ?? 0;
      return distinct >= 0 ? Math.max(1, distinct) : -distinct * Math.max(1, relation.rows);
    },
    servesPrefix: (relation, column) => {
      const collation = relation.columns.find(({ name }) => name === column)?.collation;
      return BINARY_COLLATION.test(collation ?? snapshot.server.collation);
    },
  };
}

/** `character varying(20)[]` → `character varying`: an array sorts where its elements do. */
function plainType(type: string): string {
  return type
    .replace(/\[\]$/, "")
    .replace(/\s*\([^)]*\)/, "")
    .replace(/^pg_catalog\./, "");
}

function baseOfDomain(definition: string): string {
  return /\bAS\s+([^\s(;]+)/i.exec(definition)?.[1] ?? "";
}

function keyOf({ schema, name }: RelationName, column: string): string {
  return JSON.stringify([schema, name, column]);
}
