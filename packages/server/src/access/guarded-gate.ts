import type { Principal } from "@streamgate/contract";
import type { AccessConfiguration } from "../platform/platform-configuration.ts";
import { isLoopback } from "./addresses.ts";
import type { Buckets } from "./buckets.ts";
import { csrfTokenOf, isSameText, sessionSecretOf } from "./cookies.ts";
import { crossSiteReason, isSafe } from "./cross-site.ts";
import { fromElsewhere, tokenNotGood, tooMany } from "./errors.ts";
import type { Gate } from "./gate.ts";
import { LOOPBACK } from "./loopback.ts";
import { scopesOfPerson } from "./people.ts";
import type { BrowserSession, Sessions } from "./sessions.ts";
import type { Tokens } from "./tokens.ts";
import { publicHosts, type Visitor, visitorOf } from "./visitor.ts";

export interface GateOptions {
  /** That of the moment. */
  readonly configuration: () => AccessConfiguration;
  readonly tokens: Tokens;
  readonly sessions: Sessions;
  /** Requests of each principal. */
  readonly requests: Buckets;
}

/** A principal, and by what the rate limit knows it. */
interface Admitted {
  readonly principal: Principal;
  readonly key: string;
}

const BEARER = /^Bearer +(\S+) *$/i;

/** The gate of a server: tokens, then sessions, then whoever is on this machine where that is enough. */
export function createGate({ configuration, tokens, sessions, requests }: GateOptions): Gate {
  const admitVisitor = async (visitor: Visitor): Promise<Admitted | null> => {
    if (visitor.authorization !== undefined)
      return admitToken(tokens, visitor.authorization, visitor.address);
    const access = configuration();
    const secret = sessionSecretOf(visitor.cookies, visitor.isEncrypted);
    const session = secret === undefined ? undefined : await sessions.find(secret);
    const admitted = session === undefined ? undefined : admittedBy(session, access);
    if (secret !== undefined && admitted !== undefined) {
      refuseElsewhere(visitor, access);
      refuseWithoutCsrf(visitor, secret);
      return admitted;
    }
    if (!access.isOpen || !isLoopback(visitor.address) || visitor.isForwarded) return null;
    refuseElsewhere(visitor, access);
    return { principal: LOOPBACK, key: "loopback" };
  };
  return {
    admit: async (request) => {
      const admitted = await admitVisitor(visitorOf(request, configuration()));
      if (admitted === null) return null;
      const waitMs = requests.take(admitted.key);
      if (waitMs > 0) throw tooMany(`requests of ${admitted.principal.name}`, waitMs);
      return admitted.principal;
    },
    isStillAdmitted: async (request) => {
      try {
        return (await admitVisitor(visitorOf(request, configuration()))) !== null;
      } catch {
        return false;
      }
    },
  };
}

/** @throws ApiRefusal 401, 429 */
async function admitToken(
  tokens: Tokens,
  authorization: string,
  address: string,
): Promise<Admitted> {
  const token = await tokens.check(BEARER.exec(authorization)?.[1] ?? "", address);
  if (token === undefined) throw tokenNotGood();
  const { id, name, scopes, expiresAtMs } = token;
  const expiresAt = expiresAtMs === null ? null : new Date(expiresAtMs).toISOString();
  return { principal: { kind: "token", name, scopes, expiresAt }, key: `token:${id}` };
}

/** A person is judged by the configuration of the moment: whoever is taken off its list is out. */
function admittedBy(
  { owner, expiresAtMs }: BrowserSession,
  { openId }: AccessConfiguration,
): Admitted | undefined {
  const { kind, name } = owner;
  const personScopes = openId === undefined ? null : scopesOfPerson(name, openId);
  const scopes = owner.kind === "token" ? owner.scopes : personScopes;
  if (scopes === null) return undefined;
  const expiresAt = new Date(expiresAtMs).toISOString();
  const key = owner.kind === "token" ? `token:${owner.id}` : `person:${name}`;
  return { principal: { kind, name, scopes, expiresAt }, key };
}

function refuseElsewhere({ origin }: Visitor, access: AccessConfiguration): void {
  const reason = crossSiteReason(origin, publicHosts(access));
  if (reason !== undefined) throw fromElsewhere(reason);
}

function refuseWithoutCsrf({ origin, csrf }: Visitor, secret: string): void {
  if (isSafe(origin.method) || isSameText(csrf, csrfTokenOf(secret))) return;
  throw fromElsewhere("x-streamgate-csrf is not that of the session");
}
