import { messageOf, StreamGateError } from "@streamgate/core";
import { cachesReport, type ShownKeys } from "../caches/caches-report.ts";
import type { FoundCache } from "../caches/find-caches.ts";
import type { Endpoint } from "./endpoint.ts";
import { Problem } from "./problem.ts";
import { onlyKnown } from "./query.ts";
import { fieldsOf, readText, readTexts } from "./read-body.ts";

/** What the endpoints of caches stand on. */
export interface CachesContext {
  readonly shownKeys: ShownKeys;
  findCaches(): readonly FoundCache[];
  /** Told that a cache could not say what it holds. */
  onFailure(): void;
}

/** What became of an act in one cache. */
interface CacheActOutcome {
  readonly cache: string;
  readonly isDone: boolean;
  readonly detail: string;
}

const MOST_TARGETS = 1_000;

/** What the caches hold and what they are worth, and their hottest keys. */
export function cachesEndpoint(context: CachesContext): Endpoint {
  return {
    path: "/streamgate/caches",
    method: "GET",
    access: "read",
    answer: async (exchange) => {
      onlyKnown(exchange.query, []);
      const found = context.findCaches();
      exchange.json(
        200,
        cachesReport(found, context.shownKeys, () => context.onFailure()),
      );
    },
  };
}

/** Invalidates in every cache: `{ "tags": […], "keys": ["namespace:id"], "namespace": "user" }`. */
export function cacheInvalidationEndpoint(context: CachesContext): Endpoint {
  return {
    path: "/streamgate/caches/invalidate",
    method: "POST",
    access: "act",
    isBrief: true,
    takesBody: true,
    answer: async (exchange) => {
      const { tags, keys, namespace } = fieldsOf(await exchange.body(), [
        "tags",
        "keys",
        "namespace",
      ]);
      const targets = {
        tags: readTexts("tags", tags, MOST_TARGETS),
        keys: readTexts("keys", keys, MOST_TARGETS),
        ...(namespace === undefined ? {} : { namespace: readText("namespace", namespace) }),
      };
      if (targets.tags.length + targets.keys.length === 0 && namespace === undefined)
        throw new Problem(400, "name tags, keys or a namespace: nothing else is invalidated");
      const outcomes = await actOnAll(context, async ({ cache }) => {
        await cache.invalidate(targets);
        return "invalidated";
      });
      exchange.json(200, { outcomes });
    },
  };
}

/** Loads values before anybody asks: `{ "namespace": "user", "keys": ["1"] }`; the most popular ones without keys. */
export function cacheWarmingEndpoint(context: CachesContext): Endpoint {
  return {
    path: "/streamgate/caches/warm",
    method: "POST",
    access: "act",
    takesBody: true,
    answer: async (exchange) => {
      const body = fieldsOf(await exchange.body(), ["namespace", "keys"]);
      const namespace = readText("namespace", body.namespace);
      const ids = body.keys === undefined ? undefined : readTexts("keys", body.keys, MOST_TARGETS);
      const { signal } = exchange;
      const having = context
        .findCaches()
        .filter(({ cache }) =>
          cache.statistics().namespaces.some(({ name }) => name === namespace),
        );
      const outcomes = await actOnAll({ findCaches: () => having }, async ({ cache }) => {
        const warming = await cache.warm(namespace, {
          signal,
          ...(ids === undefined ? {} : { ids }),
        });
        const { loaded, alreadyThere, failed, ended } = warming;
        const end = ended === "complete" ? "" : `, ended early: ${ended}`;
        return `${loaded} loaded, ${alreadyThere} were there, ${failed} failed${end}`;
      });
      exchange.json(200, { outcomes });
    },
  };
}

/** What one cache refuses is told, and the others act. */
async function actOnAll(
  { findCaches }: Pick<CachesContext, "findCaches">,
  act: (found: FoundCache) => Promise<string>,
): Promise<readonly CacheActOutcome[]> {
  return Promise.all(
    findCaches().map(async (found) => {
      try {
        return { cache: found.name, isDone: true, detail: await act(found) };
      } catch (error) {
        const detail = error instanceof StreamGateError ? error.happened : messageOf(error);
        return { cache: found.name, isDone: false, detail };
      }
    }),
  );
}
