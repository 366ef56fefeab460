import type { OperationId, Principal, ResultOf } from "@streamgate/contract";
import type { DescribedOperation } from "./api-document.ts";
import type { ApiCall, ApiExchange, Handlers } from "./handlers.ts";
import { ApiRefusal } from "./refusal.ts";
import type { RequestChecks } from "./request-checks.ts";

/** A request as it came in, unchecked. */
interface RawCall {
  readonly parameters: unknown;
  readonly query: unknown;
  readonly body: unknown;
  readonly principal: Principal | null;
  readonly signal: AbortSignal;
  readonly exchange: ApiExchange | undefined;
}

/** Checks, allows and answers calls, whether they come by HTTP or from the server's own pages. */
export interface ApiCaller {
  call<Id extends OperationId>(id: Id, raw: RawCall): Promise<ResultOf<Id>>;
}

export function createApiCaller(
  handlers: Handlers,
  operations: ReadonlyMap<OperationId, DescribedOperation & { readonly checks: RequestChecks }>,
): ApiCaller {
  return {
    call: async (id, raw) => {
      const operation = operations.get(id);
      if (operation === undefined) throw new Error(`the document does not describe ${id}`);
      requireScope(operation.scope, raw.principal);
      const { checks } = operation;
      const call = {
        parameters: checks.parameters(raw.parameters),
        query: checks.query(raw.query),
        body: checks.body(raw.body),
        principal: raw.principal,
        signal: raw.signal,
        exchange: raw.exchange,
      } as ApiCall<typeof id>;
      return handlers[id](call);
    },
  };
}

/** @throws ApiRefusal 401, 403 */
export function requireScope(
  scope: DescribedOperation["scope"],
  principal: Principal | null,
): void {
  if (scope === "none") return;
  if (principal === null)
    throw new ApiRefusal({
      status: 401,
      code: "SG_SERVER_NOT_SIGNED_IN",
      detail: "no token came with the request, or one that is not good",
      remedy: "send authorization: Bearer with a token, or sign in on the page",
      headers: { "www-authenticate": 'Bearer realm="streamgate"' },
    });
  if (principal.scopes.includes(scope) || (scope === "read" && principal.scopes.includes("act")))
    return;
  throw new ApiRefusal({
    status: 403,
    code: "SG_SERVER_SCOPE_MISSING",
    detail: `${principal.name} may not do this: it takes the scope ${scope}`,
    remedy: `use a token that has the scope ${scope}`,
  });
}
