import type { IndexesQuery } from "@streamgate/contract";
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
