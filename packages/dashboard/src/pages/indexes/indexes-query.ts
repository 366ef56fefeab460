import type { IndexChangesQuery, IndexesQuery } from "@streamgate/contract";
import { pick } from "../../app/address.ts";
import type { Address } from "../../app/page.ts";

const SORTS = ["size", "scans", "bloat", "name"] as const;

/** What an address asks of the indexes. */
export function indexesQuery(address: Address, limit: number): IndexesQuery {
  const sort = SORTS.find((name) => name === address.search.get("sort"));
  return {
    ...pick(address, ["database", "table", "search", "after"]),
    ...(sort === undefined ? {} : { sort }),
    limit,
  };
}

/** What an address asks of their changes: the latest come first, whatever it says of an order. */
export function changesQuery(address: Address, limit: number): IndexChangesQuery {
  return { ...pick(address, ["database", "table", "search"]), limit };
}
