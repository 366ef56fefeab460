import { type ApiClient, ApiProblem, type Principal, type Problem } from "@streamgate/contract";
import type { ApiCaller } from "../api/caller.ts";
import type { ApiExchange } from "../api/handlers.ts";

/**
 * The API as pages use it, called without HTTP while the server renders them.
 *
 * @param exchange of the request for the page: from it the page learns what its session needs
 */
export function apiForPages(
  caller: ApiCaller,
  principal: Principal | null,
  signal: AbortSignal,
  problemOf: (error: unknown) => Problem,
  exchange?: ApiExchange,
): ApiClient {
  return {
    call: async (id, { parameters, query, body }) => {
      try {
        return await caller.call(id, {
          parameters,
          query,
          body,
          principal,
          signal,
          exchange,
        });
      } catch (error) {
        throw new ApiProblem(problemOf(error), { cause: error });
      }
    },
  };
}
