import { createHash } from "node:crypto";
import type { SeriesListQuery, SeriesPage } from "@streamgate/contract";
import type { SeriesKey } from "@streamgate/monitor";
import { badRequest, unavailable } from "../api/refusal.ts";
import type { Platform } from "../platform/platform.ts";
import { readRange } from "../ranges/read-range.ts";

const DEFAULT_LIMIT = 50;

/** One page of the series that had a point in a range, in the order of their names and labels. */
export async function listSeries(platform: Platform, query: SeriesListQuery): Promise<SeriesPage> {
  const { history } = platform.monitor();
  if (history === undefined)
    throw unavailable("no history is kept", "leave history: false out of the watch file");
  const { fromMs, toMs } = await readRange(platform, query);
  const { name } = query;
  const keys = await history.list(name === undefined ? {} : { name }, fromMs, toMs);
  return pageOfSeries(keys, query);
}

/** @throws ApiRefusal 400 for a cursor that is none */
function pageOfSeries(
  keys: readonly SeriesKey[],
  { limit = DEFAULT_LIMIT, after }: Pick<SeriesListQuery, "limit" | "after">,
): SeriesPage {
  const placed = keys
    .map((key) => ({ key, place: placeOf(key) }))
    .sort((left, right) => (left.place < right.place ? -1 : left.place > right.place ? 1 : 0));
  const start = after === undefined ? 0 : startAfter(placed, after);
  const shown = placed.slice(start, start + limit);
  const last = shown.at(-1);
  return {
    items: shown.map(({ key: { name, labels } }) => ({ name, labels })),
    next: last !== undefined && start + limit < placed.length ? cursorOf(last.place) : null,
  };
}

/** Labels in the order of their names: the same series has the same place wherever it is. */
function placeOf({ name, labels }: SeriesKey): string {
  const sorted = Object.entries(labels).sort(([left], [right]) => (left < right ? -1 : 1));
  return JSON.stringify([name, sorted]);
}

/** Labels may be long and a cursor may not: the place is told by its digest. */
function cursorOf(place: string): string {
  return createHash("sha256").update(place).digest("base64url");
}

/** A series that has gone meanwhile cannot be found again: the list begins anew, as the refusal says. */
function startAfter(placed: readonly { readonly place: string }[], after: string): number {
  const at = placed.findIndex(({ place }) => cursorOf(place) === after);
  if (at >= 0) return at + 1;
  throw badRequest(
    "query.after is no place in this list, or its series has gone",
    "begin anew without after",
  );
}
