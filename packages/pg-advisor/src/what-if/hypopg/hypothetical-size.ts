import type { IndexDefinition } from "../../candidates/candidate.ts";
import { keyOf, qualify } from "../../schema/identifiers.ts";
import type { RelationName, Snapshot } from "../../snapshot/snapshot.ts";
import type { ColumnType } from "../btree/describe-column.ts";
import { predictIndexSize } from "../sizes/predict-index-size.ts";
import { StatisticsByColumn } from "../twin/btree-facts.ts";
import { indexFacts } from "../twin/index-facts.ts";
import type { LeafTables } from "../twin/leaf-tables.ts";
import type { StoredIndex } from "../twin/twin-catalogue.ts";
import type { PlanningTransaction } from "./hypopg-session.ts";

/** A column of the watched database, as an index would store it. */
interface ColumnRow extends ColumnType {
  readonly column: string;
  /** Whether its B-tree operator class lets equal keys share a posting list. */
  readonly sharesPostings: boolean;
}

const EQUAL_IMAGE = 4;
const COLUMNS = `
select a.attname::text as "column", a.attlen::int as "lengthBytes",
       case a.attalign when 'c' then 1 when 's' then 2 when 'i' then 4 else 8 end as "alignmentBytes",
       case when ty.typcategory = 'S' and a.attlen = -1 then 'text'
            when a.atttypid = 'pg_catalog.numeric'::pg_catalog.regtype then 'numeric'
            else 'other' end as "storedAs",
       exists (select from pg_catalog.pg_opclass as o
               join pg_catalog.pg_am as m on m.oid = o.opcmethod and m.amname = 'btree'
               join pg_catalog.pg_amproc as p on p.amprocfamily = o.opcfamily
                and p.amproclefttype = o.opcintype and p.amprocnum = ${EQUAL_IMAGE}
               where o.opcdefault
                 and o.opcintype in (a.atttypid, case when ty.typcategory = 'S' then 'pg_catalog.text'::pg_catalog.regtype end)) as "sharesPostings"
from pg_catalog.pg_attribute as a
join pg_catalog.pg_type as ty on ty.oid = a.atttypid
where a.attrelid = pg_catalog.to_regclass($1) and a.attnum > 0 and not a.attisdropped`;

/** Foretells the bytes of indexes that no twin can make, by the size model and what the watched catalogue says of their columns. */
export class HypotheticalSizes {
  readonly #snapshot: Snapshot;
  readonly #leafTables: LeafTables;
  readonly #statistics: StatisticsByColumn;
  readonly #columns = new Map<string, ReadonlyMap<string, ColumnRow>>();

  constructor(snapshot: Snapshot, leafTables: LeafTables) {
    this.#snapshot = snapshot;
    this.#leafTables = leafTables;
    this.#statistics = new StatisticsByColumn(snapshot);
  }

  /** Null for what the model cannot tell without making it: keys that are expressions, and methods beside B-tree, hash and BRIN. */
  async bytesOf(
    transaction: PlanningTransaction,
    definition: IndexDefinition,
  ): Promise<number | null> {
    const { method, keys, include } = definition;
    if (method === "gin" || method === "gist") return null;
    const names = [...keys.map(({ column }) => column), ...include];
    let bytes = 0;
    for (const table of this.#leafTables.of(definition.table)) {
      const columns = await this.#columnsOf(transaction, table);
      const known = names.flatMap((name) => columns.get(name ?? "") ?? []);
      if (known.length < names.length) return null;
      bytes += predictIndexSize(
        indexFacts({
          index: storedAs(definition, table, known),
          rows: await rowsOf(transaction, definition, table),
          deduplicates: include.length === 0 && known.every(({ sharesPostings }) => sharesPostings),
          table: this.#snapshot.relations.find((one) => keyOf(one) === keyOf(table)),
          statistics: this.#statistics,
          derived: new Map(),
        }),
      ).bytes;
    }
    return bytes;
  }

  async #columnsOf(
    transaction: PlanningTransaction,
    table: RelationName,
  ): Promise<ReadonlyMap<string, ColumnRow>> {
    const known = this.#columns.get(keyOf(table));
    if (known !== undefined) return known;
    const rows = await transaction.rows<ColumnRow>(COLUMNS, [qualify(table)]);
    const read = new Map(rows.map((row) => [row.column, row]));
    this.#columns.set(keyOf(table), read);
    return read;
  }
}

/** The planner's own estimate of the rows that the predicate lets in. */
async function rowsOf(
  transaction: PlanningTransaction,
  { predicate }: IndexDefinition,
  table: RelationName,
): Promise<number> {
  const where = predicate === null ? "" : ` where ${predicate}`;
  return (await transaction.explain(`select 1 from only ${qualify(table)}${where}`)).rows;
}

const USUAL_FILL_FACTOR_PERCENT = 90;

/** The index as the catalogue would describe it, had it been made. */
function storedAs(
  { method, keys, options, predicate }: IndexDefinition,
  table: RelationName,
  columns: readonly ColumnRow[],
): StoredIndex {
  const fillFactor = options.find((option) => option.startsWith("fillfactor="))?.split("=")[1];
  return {
    oid: 0,
    schema: table.schema,
    name: "",
    kind: "index",
    path: "",
    method,
    operatorClasses: keys.map(({ operatorClass }) => operatorClass ?? ""),
    options,
    tableSchema: table.schema,
    table: table.name,
    isUnique: false,
    predicate,
    keyCount: keys.length,
    fillFactorPercent: Number(fillFactor ?? USUAL_FILL_FACTOR_PERCENT),
    columns: columns.map(({ column, lengthBytes, alignmentBytes, storedAs: form }) => ({
      column,
      expression: null,
      indexColumn: column,
      lengthBytes,
      alignmentBytes,
      storedAs: form,
    })),
  };
}
