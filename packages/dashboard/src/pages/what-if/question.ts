import type { WhatIfRequest } from "@streamgate/contract";
import { hrefWith } from "../../app/address.ts";
import type { Address } from "../../app/page.ts";

/** As many as the API takes. */
const MOST = 20;

/** What an address asks; indexes and names stand a line each, with or without a semicolon. */
export function questionOf(address: Address, databases: readonly string[]): WhatIfRequest {
  const without = linesOf(address.search.get("without"));
  return {
    database: address.search.get("database") ?? databases[0] ?? "",
    indexes: linesOf(address.search.get("indexes")),
    ...(without.length === 0 ? {} : { without }),
  };
}

/** Whether there is enough to be asked. */
export function isAsked({ database, indexes }: WhatIfRequest): boolean {
  return database !== "" && indexes.length > 0;
}

/** The address that asks what a form says. */
export function searchOf(address: Address, fields: FormData): string {
  const changes = ["database", "indexes", "without"].map((name) => {
    const value = fields.get(name);
    return [name, typeof value === "string" ? value.trim() : null] as const;
  });
  return hrefWith(address, Object.fromEntries(changes));
}

function linesOf(text: string | null): readonly string[] {
  return (text ?? "")
    .split(/[\n;]/)
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .slice(0, MOST);
}
