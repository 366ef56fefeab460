import type { Principal } from "@streamgate/contract";
import type { Clock } from "@streamgate/core";
import type { AccessConfiguration } from "../platform/platform-configuration.ts";
import type { Store } from "../store/store.ts";
import { neighbourhoodOf } from "./addresses.ts";
import { auditedBy } from "./audited-by.ts";
import type { Buckets } from "./buckets.ts";
import { sessionCookie, sessionSecretOf } from "./cookies.ts";
import { crossSiteReason } from "./cross-site.ts";
import { fromElsewhere, personNotAllowed, tokenNotGood, tooMany } from "./errors.ts";
import { scopesOfPerson } from "./people.ts";
import type { NewSession, Sessions } from "./sessions.ts";
import type { Tokens } from "./tokens.ts";
import { publicHosts, type Visitor } from "./visitor.ts";

/** A browser that has just signed in: what it is to keep, and as whom. */
interface SignedIn {
  readonly secret: string;
  /** For `set-cookie`. */
  readonly cookie: string;
  readonly principal: Principal;
}

/** Lets browsers in and out. */
export interface SignIn {
  /** @throws ApiRefusal 401 for a token that is not good, 403 where another site's page asks, 429 */
  withToken(token: string, visitor: Visitor): Promise<SignedIn>;
  /** @throws ApiRefusal 403 for a person who may not come in */
  asPerson(name: string, visitor: Visitor): Promise<SignedIn>;
  /** @returns what makes the browser forget its cookie */
  out(visitor: Visitor, principal: Principal | null): Promise<string>;
  /** @throws ApiRefusal 429 for an address that tries too often */
  count(visitor: Visitor): void;
}

export interface SignInOptions {
  readonly configuration: () => AccessConfiguration;
  readonly tokens: Tokens;
  readonly sessions: Sessions;
  readonly store: Pick<Store, "note">;
  readonly clock: Clock;
  /** Sign-ins of an address. */
  readonly attempts: Buckets;
}

export function createSignIn(options: SignInOptions): SignIn {
  const { configuration, tokens, sessions, store, clock, attempts } = options;
  const begin = async (
    owner: NewSession,
    principal: Omit<Principal, "expiresAt">,
    visitor: Visitor,
  ): Promise<SignedIn> => {
    const { isEncrypted, cookies, address } = visitor;
    // Nobody may go on under the id of before (session fixation).
    const old = sessionSecretOf(cookies, isEncrypted);
    if (old !== undefined) await sessions.end(old);
    const { secret, expiresAtMs } = await sessions.begin(owner);
    const whole: Principal = { ...principal, expiresAt: new Date(expiresAtMs).toISOString() };
    await store.note({
      ...auditedBy(whole),
      act: "signed in",
      target: "streamgate",
      details: { address },
    });
    const cookie = sessionCookie(secret, expiresAtMs - clock.now().getTime(), isEncrypted);
    return { secret, cookie, principal: whole };
  };
  const count = ({ address }: Visitor): void => {
    const waitMs = attempts.take(neighbourhoodOf(address));
    if (waitMs > 0) throw tooMany("sign-ins from your address", waitMs);
  };
  return {
    count,
    withToken: async (text, visitor) => {
      const reason = crossSiteReason(visitor.origin, publicHosts(configuration()));
      if (reason !== undefined) throw fromElsewhere(reason);
      count(visitor);
      const token = await tokens.check(text.trim(), visitor.address);
      if (token === undefined) throw tokenNotGood();
      const { id, name, scopes, expiresAtMs } = token;
      return begin({ token: id, expiresAtMs }, { kind: "token", name, scopes }, visitor);
    },
    asPerson: async (name, visitor) => {
      const { openId } = configuration();
      const scopes = openId === undefined ? null : scopesOfPerson(name, openId);
      if (scopes === null) throw personNotAllowed(name);
      return begin({ person: name }, { kind: "person", name, scopes }, visitor);
    },
    out: async ({ cookies, isEncrypted, address }, principal) => {
      const secret = sessionSecretOf(cookies, isEncrypted);
      if (secret !== undefined) await sessions.end(secret);
      if (secret !== undefined && principal !== null && principal.kind !== "loopback")
        await store.note({
          ...auditedBy(principal),
          act: "signed out",
          target: "streamgate",
          details: { address },
        });
      return sessionCookie("", 0, isEncrypted);
    },
  };
}
