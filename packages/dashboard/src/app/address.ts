import type { RangeQuery } from "@streamgate/contract";
import type { Address } from "./page.ts";

/** What of an address goes along to other pages. */
const CARRIED = ["from", "to", "compare", "service", "live"] as const;

/** The time range that an address asks for, as operations take it. */
export function rangeOf(address: Address): RangeQuery {
  return pick(address, ["from", "to", "compare"]);
}

/** The range and the watched service that an address asks for. */
export function scopeOf(address: Address): RangeQuery & { readonly service?: string } {
  return pick(address, ["from", "to", "compare", "service"]);
}

/** What an address says under these names; those that it does not say are absent. */
export function pick<const Name extends string>(
  address: Address,
  names: readonly Name[],
): { readonly [Key in Name]?: string } {
  const picked: { [Key in Name]?: string } = {};
  for (const name of names) {
    const value = address.search.get(name);
    if (value !== null && value !== "") picked[name] = value;
  }
  return picked;
}

/** The address of another page, with the time range and the service of this one. */
export function hrefTo(
  path: string,
  from: Address,
  search: Readonly<Record<string, string>> = {},
): string {
  const [bare = "", own = ""] = path.split("?");
  const carried = new URLSearchParams(own);
  for (const name of CARRIED) {
    const value = from.search.get(name);
    if (value !== null && !carried.has(name)) carried.set(name, value);
  }
  for (const [name, value] of Object.entries(search)) carried.set(name, value);
  return withSearch(bare, carried);
}

/** The same page with some of its search changed; null and "" take a name out. */
export function hrefWith(
  address: Address,
  changes: Readonly<Record<string, string | null | undefined>>,
): string {
  const search = new URLSearchParams(address.search);
  for (const [name, value] of Object.entries(changes)) {
    if (value === null || value === undefined || value === "") search.delete(name);
    else search.set(name, value);
  }
  return withSearch(address.path, search);
}

function withSearch(path: string, search: URLSearchParams): string {
  return search.size === 0 ? path : `${path}?${search}`;
}
