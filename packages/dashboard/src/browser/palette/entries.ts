import type { ApiClient } from "@streamgate/contract";
import { hrefTo } from "../../app/address.ts";
import type { Address } from "../../app/page.ts";
import { ROUTES } from "../../app/routes.ts";

/** Something to go to. */
export interface Entry {
  readonly kind: "page" | "route" | "statement" | "recommendation";
  readonly label: string;
  readonly href: string;
}

const MOST = 6;

/** The pages whose name holds every word of what was typed. */
export function pageEntries(typed: string, from: Address): readonly Entry[] {
  const words = typed.toLowerCase().split(/\s+/);
  return ROUTES.flatMap(({ pattern, label }): Entry[] =>
    label !== undefined && words.every((word) => label.toLowerCase().includes(word))
      ? [{ kind: "page", label, href: hrefTo(pattern, from) }]
      : [],
  );
}

/** Routes, statements and recommendations that the server finds by what was typed. What cannot be asked finds nothing. */
export async function findEntries(
  api: ApiClient,
  typed: string,
  from: Address,
  signal: AbortSignal,
): Promise<readonly Entry[]> {
  if (typed.trim().length < 2) return [];
  const search = typed.trim().slice(0, 200);
  const found = await Promise.all([
    api
      .call("listRecommendations", { query: { search, limit: MOST }, signal })
      .then(({ items }) =>
        items.map(({ summary, href }): Entry => ({ kind: "recommendation", label: summary, href })),
      )
      .catch(() => []),
    api
      .call("listRoutes", { query: { search }, signal })
      .then(({ items }) =>
        items.map(
          ({ id, method, route }): Entry => ({
            kind: "route",
            label: `${method} ${route}`,
            href: `/routes/${encodeURIComponent(id)}`,
          }),
        ),
      )
      .catch(() => []),
    api
      .call("listQueryStatistics", { query: { search, limit: MOST }, signal })
      .then(({ items }) =>
        items.map(
          ({ fingerprint, text }): Entry => ({
            kind: "statement",
            label: text,
            href: `/queries/${encodeURIComponent(fingerprint)}`,
          }),
        ),
      )
      .catch(() => []),
  ]);
  return found.flatMap((entries) =>
    entries.slice(0, MOST).map((entry) => ({ ...entry, href: hrefTo(entry.href, from) })),
  );
}
