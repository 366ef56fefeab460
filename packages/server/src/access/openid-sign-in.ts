import type { Clock } from "@streamgate/core";
import * as openId from "openid-client";
import { unavailable } from "../api/refusal.ts";
import type { AccessConfiguration } from "../platform/platform-configuration.ts";
import { isLoopback } from "./addresses.ts";
import { signInFailed } from "./errors.ts";
import { personNameOf } from "./people.ts";
import { sameSitePath } from "./same-site-path.ts";

type OpenIdSettings = NonNullable<AccessConfiguration["openId"]>;

/** Signs people in at an issuer of OpenID Connect: authorization code with PKCE, state and nonce. */
export interface OpenIdSignIn {
  /** @param to the page to go to afterwards. @throws ApiRefusal 503 where the issuer does not answer */
  begin(
    settings: OpenIdSettings,
    to: string,
  ): Promise<{ readonly url: string; readonly memo: string }>;
  /**
   * @param memo what `begin` gave the browser to keep
   * @param search of the address to which the issuer led the browser back
   * @throws ApiRefusal 400, 503
   */
  end(
    settings: OpenIdSettings,
    memo: string | undefined,
    search: string,
  ): Promise<{ readonly person: string; readonly to: string }>;
}

/** What the browser keeps between leaving for the issuer and coming back. */
interface Memo {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly to: string;
  readonly begunAtMs: number;
}

export const OPENID_CALLBACK = "/sign-in/openid/callback";
/** How long somebody may take at the issuer. */
export const OPENID_PATIENCE_MS = 600_000;
const TIMEOUT_SECONDS = 10;

export function createOpenIdSignIn(clock: Clock): OpenIdSignIn {
  let known: { readonly key: string; readonly made: Promise<openId.Configuration> } | undefined;
  const configurationOf = async (settings: OpenIdSettings): Promise<openId.Configuration> => {
    const key = JSON.stringify([settings.issuer, settings.clientId, settings.clientSecret]);
    if (known?.key !== key) known = { key, made: discover(settings) };
    const { made } = known;
    try {
      return await made;
    } catch (cause) {
      if (known?.made === made) known = undefined;
      throw issuerSilent(cause);
    }
  };
  return {
    begin: async (settings, to) => {
      const configuration = await configurationOf(settings);
      const memo: Memo = {
        state: openId.randomState(),
        nonce: openId.randomNonce(),
        verifier: openId.randomPKCECodeVerifier(),
        to: sameSitePath(to),
        begunAtMs: clock.now().getTime(),
      };
      const url = openId.buildAuthorizationUrl(configuration, {
        redirect_uri: callbackOf(settings),
        scope: "openid email",
        state: memo.state,
        nonce: memo.nonce,
        code_challenge: await openId.calculatePKCECodeChallenge(memo.verifier),
        code_challenge_method: "S256",
      });
      return { url: url.href, memo: Buffer.from(JSON.stringify(memo)).toString("base64url") };
    },
    end: async (settings, text, search) => {
      const memo = readMemo(text, clock.now().getTime());
      if (memo === undefined) throw signInFailed(new Error("the browser kept nothing"));
      const configuration = await configurationOf(settings);
      try {
        const url = new URL(`${callbackOf(settings)}${search}`);
        const tokens = await openId.authorizationCodeGrant(configuration, url, {
          pkceCodeVerifier: memo.verifier,
          expectedState: memo.state,
          expectedNonce: memo.nonce,
          idTokenExpected: true,
        });
        const claims = tokens.claims();
        if (claims === undefined) throw new Error("the issuer sent no ID token");
        const hasMore = claims.email === undefined && hasUserInfo(configuration);
        const more = hasMore
          ? await openId.fetchUserInfo(configuration, tokens.access_token, claims.sub)
          : claims;
        return { person: personNameOf({ ...more, sub: claims.sub }), to: sameSitePath(memo.to) };
      } catch (cause) {
        throw isUnreachable(cause) ? issuerSilent(cause) : signInFailed(cause);
      }
    },
  };
}

/** Without encryption only on this machine: for tests and tunnels. */
function discover({
  issuer,
  clientId,
  clientSecret,
}: OpenIdSettings): Promise<openId.Configuration> {
  const url = new URL(issuer);
  const mayBePlain = url.protocol === "http:" && isLoopback(url.hostname);
  return openId.discovery(url, clientId, clientSecret, undefined, {
    timeout: TIMEOUT_SECONDS,
    ...(mayBePlain ? { execute: [openId.allowInsecureRequests] } : {}),
  });
}

function callbackOf({ publicUrl }: OpenIdSettings): string {
  return new URL(OPENID_CALLBACK, publicUrl).href;
}

function hasUserInfo(configuration: openId.Configuration): boolean {
  return configuration.serverMetadata().userinfo_endpoint !== undefined;
}

function readMemo(text: string | undefined, nowMs: number): Memo | undefined {
  try {
    const memo: unknown = JSON.parse(Buffer.from(text ?? "", "base64url").toString("utf8"));
    return isMemo(memo) && Math.abs(nowMs - memo.begunAtMs) <= OPENID_PATIENCE_MS
      ? memo
      : undefined;
  } catch {
    return undefined;
  }
}

function isMemo(value: unknown): value is Memo {
  if (typeof value !== "object" || value === null) return false;
  const { state, nonce, verifier, to, begunAtMs } = value as Readonly<Record<string, unknown>>;
  const texts = [state, nonce, verifier, to];
  return (
    texts.every((one) => typeof one === "string" && one !== "") && typeof begunAtMs === "number"
  );
}

/** A time-out, or no connection: not an answer that is wrong. */
function isUnreachable(error: unknown): boolean {
  const { code, cause } = error as { readonly code?: unknown; readonly cause?: unknown };
  const isLost =
    code === "OAUTH_TIMEOUT" || (error instanceof TypeError && error.message === "fetch failed");
  return isLost || (cause instanceof Error && isUnreachable(cause));
}

function issuerSilent(cause: unknown): Error {
  return unavailable(
    "the issuer of the sign-ins does not answer as it should",
    "sign in with a token, or try again later",
    cause,
  );
}
