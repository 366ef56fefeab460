import type { Principal, Session, SystemOperations } from "@streamgate/contract";
import type { ApiExchange, Handlers } from "../api/handlers.ts";
import { badRequest } from "../api/refusal.ts";
import type { Access } from "./access.ts";
import { readAuditPage } from "./audit-log.ts";
import { auditedBy } from "./audited-by.ts";
import { csrfTokenOf, sessionSecretOf } from "./cookies.ts";

export type AccessOperation =
  | "getSession"
  | "signIn"
  | "signOut"
  | "listTokens"
  | "createToken"
  | "rotateToken"
  | "revokeToken"
  | "listAuditEntries";

/** What answers the operations on sessions, tokens and the audit log. */
export function accessHandlers(
  access: Access,
): Pick<Handlers, Extract<AccessOperation, keyof SystemOperations>> {
  const { tokens, signIn, tables } = access;
  const sessionOf = (principal: Principal | null, csrfToken: string | null): Session => ({
    principal,
    isOpen: access.configuration().isOpen,
    singleSignOnUrl: access.singleSignOnUrl(),
    csrfToken,
  });
  return {
    getSession: async ({ principal, exchange }) =>
      sessionOf(principal, csrfTokenIn(exchange, principal)),
    signIn: async ({ body, exchange }) => {
      const outside = fromOutside(exchange);
      const { cookie, secret, principal } = await signIn.withToken(body.token, outside.visitor);
      outside.setHeader("set-cookie", cookie);
      return sessionOf(principal, csrfTokenOf(secret));
    },
    signOut: async ({ principal, exchange }) => {
      const outside = fromOutside(exchange);
      outside.setHeader("set-cookie", await signIn.out(outside.visitor, principal));
      return sessionOf(null, null);
    },
    listTokens: async () => ({ items: await tokens.list() }),
    createToken: ({ body, principal }) => tokens.create(body, actorOf(principal)),
    rotateToken: ({ parameters, body, principal }) =>
      tokens.rotate(parameters.id, (body.graceSeconds ?? 0) * 1_000, actorOf(principal)),
    revokeToken: ({ parameters, principal }) => tokens.revoke(parameters.id, actorOf(principal)),
    listAuditEntries: ({ query }) => readAuditPage(tables, query),
  };
}

/** Only a session needs one: neither a token in a header nor the open loopback address does. */
function csrfTokenIn(
  exchange: ApiExchange | undefined,
  principal: Principal | null,
): string | null {
  if (exchange === undefined || principal === null || principal.kind === "loopback") return null;
  const { authorization, cookies, isEncrypted } = exchange.visitor;
  const secret = authorization === undefined ? sessionSecretOf(cookies, isEncrypted) : undefined;
  return secret === undefined ? null : csrfTokenOf(secret);
}

function fromOutside(exchange: ApiExchange | undefined): ApiExchange {
  if (exchange !== undefined) return exchange;
  throw badRequest("only a browser signs in and out", "send it by HTTP");
}

function actorOf(principal: Principal | null): string {
  return auditedBy(principal).actor ?? "somebody";
}
