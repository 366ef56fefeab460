import type { TestPostgres } from "../../test/support/postgres.ts";
import { SHOP_SCHEMA_SQL, shopRowsSql } from "../../test/support/rewrite-corpus/shop-schema.ts";
import { SHOP_STATEMENTS } from "../../test/support/rewrite-corpus/shop-statements.ts";

/** Small enough that what is run once for each row ends within seconds. */
const SCALE = 0.2;

/** Statements of the shapes that object-relational mappers make. */
export const SHOP = { database: "shop", statements: SHOP_STATEMENTS } as const;

export async function loadShop(postgres: TestPostgres): Promise<void> {
  await postgres.createDatabase(SHOP.database);
  await postgres.query(SHOP_SCHEMA_SQL, undefined, SHOP.database);
  await postgres.query(shopRowsSql(SCALE), undefined, SHOP.database);
  await postgres.query("vacuum analyze", undefined, SHOP.database);
}
