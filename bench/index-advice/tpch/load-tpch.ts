import { once } from "node:events";
import { createWriteStream, type WriteStream } from "node:fs";
import { chmod, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type Random, seededRandom } from "@streamgate/core";
import { quoteIdentifier, quoteLiteral } from "@streamgate/pg-advisor";
import type { TestPostgres } from "../../../test/support/postgres.ts";
import { orderRows } from "./order-rows.ts";
import { TPCH_KEYS_SQL, TPCH_TABLES_SQL } from "./schema.ts";
import { type TpchSizes, tpchSizes } from "./sizes.ts";
import {
  type CopyRow,
  customerRows,
  nationRows,
  partRows,
  partSupplierRows,
  regionRows,
  supplierRows,
} from "./small-tables.ts";

export interface LoadTpchOptions {
  readonly database: string;
  /** 1 stands for about a gigabyte. */
  readonly scale: number;
  readonly seed: number;
  /** A folder that the server may read; a folder in it is made and deleted. */
  readonly folder: string;
}

type Rows = (random: Random, sizes: TpchSizes) => Generator<CopyRow>;

const TABLES: readonly (readonly [string, Rows])[] = [
  ["region", regionRows],
  ["nation", nationRows],
  ["supplier", supplierRows],
  ["part", partRows],
  ["partsupp", partSupplierRows],
  ["customer", customerRows],
];

/** Fills a new database with rows by COPY, adds primary and foreign keys and nothing else, and vacuums it. */
export async function loadTpch(postgres: TestPostgres, options: LoadTpchOptions): Promise<void> {
  const { database, scale, seed } = options;
  const sizes = tpchSizes(scale);
  const folder = join(options.folder, `rows-of-${database}`);
  await postgres.createDatabase(database);
  await postgres.query(TPCH_TABLES_SQL, undefined, database);
  await mkdir(folder);
  await chmod(folder, 0o755);
  try {
    for (const [position, [table, rows]] of TABLES.entries()) {
      const file = new RowFile(folder, table);
      for (const row of rows(randomOf(seed, position), sizes)) await file.write(row);
      await file.end();
    }
    const [orders, lines] = [new RowFile(folder, "orders"), new RowFile(folder, "lineitem")];
    for (const order of orderRows(randomOf(seed, TABLES.length), sizes)) {
      await orders.write(order.order);
      for (const line of order.lines) await lines.write(line);
    }
    await orders.end();
    await lines.end();
    for (const table of [...TABLES.map(([name]) => name), "orders", "lineitem"]) {
      const source = quoteLiteral(join(folder, table));
      await postgres.query(`copy ${quoteIdentifier(table)} from ${source}`, undefined, database);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  await postgres.query(TPCH_KEYS_SQL, undefined, database);
  await postgres.query("vacuum analyze", undefined, database);
}

/** A table's rows do not change when another table gets more of them. */
function randomOf(seed: number, position: number): Random {
  return seededRandom(seed * 100 + position);
}

const BYTES_AT_ONCE = 1 << 20;

/** Rows on their way to COPY, many at once. */
class RowFile {
  readonly #stream: WriteStream;
  #rows: string[] = [];
  #length = 0;

  constructor(folder: string, table: string) {
    this.#stream = createWriteStream(join(folder, table), { mode: 0o644 });
  }

  async write(row: CopyRow): Promise<void> {
    this.#rows.push(row);
    this.#length += row.length + 1;
    if (this.#length < BYTES_AT_ONCE) return;
    if (!this.#flush()) await once(this.#stream, "drain");
  }

  async end(): Promise<void> {
    this.#flush();
    this.#stream.end();
    await once(this.#stream, "close");
  }

  #flush(): boolean {
    const text = this.#rows.length === 0 ? "" : `${this.#rows.join("\n")}\n`;
    this.#rows = [];
    this.#length = 0;
    return this.#stream.write(text);
  }
}
