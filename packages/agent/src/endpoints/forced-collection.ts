import { forceCollection } from "../profiles/forced-collection.ts";
import type { Endpoint } from "./endpoint.ts";
import { onlyKnown } from "./query.ts";

/** Collects all garbage, and tells what that brought. */
export function forcedCollectionEndpoint(): Endpoint {
  return {
    path: "/streamgate/gc",
    method: "POST",
    access: "act",
    answer: async (exchange) => {
      onlyKnown(exchange.query, []);
      exchange.json(200, forceCollection());
    },
  };
}
