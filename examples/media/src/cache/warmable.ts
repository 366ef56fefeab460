import type { Cache, WarmTarget } from "@streamgate/cache";
import type { Database } from "../database/database.ts";
import { filterConfigOfUser, keywordsOfUser } from "../queries/keywords.ts";
import { type Entry, entries } from "./entries.ts";

/** What an id alone is enough to load: whoever runs the API may warm it. Answers need their route, and are warmed by asking it. */
export function makeWarmable(cache: Cache, database: Database): void {
  cache.namespace("keywords").warmableBy((id) => keywordsOfUser(database, Number(id)), {
    targetOf: (id) => targetOf(entries.keywords(Number(id))),
  });
  cache
    .namespace("filter-configuration")
    .warmableBy((id) => filterConfigOfUser(database, Number(id)), {
      targetOf: (id) => targetOf(entries.filter(Number(id))),
    });
}

function targetOf({ id, tags }: Entry): WarmTarget {
  return { id, tags };
}
