import type { IncomingHttpHeaders } from "node:http";
import { isLoopbackAddress, isLoopbackHost } from "./loopback.ts";
import type { TokenCheck } from "./token.ts";

/** What of a request decides whether it may come in. */
export interface Caller {
  /** The other end of the socket; undefined on a Unix socket. Never what a header says of it. */
  readonly remoteAddress: string | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly httpVersion: string;
  /** An address that others can reach, where what serves the agent listens on one too. */
  readonly listensBeyond: string | undefined;
}

/** Why somebody may not come in. */
export interface Refusal {
  readonly status: 401 | 403;
  readonly detail: string;
}

const BEARER = /^bearer +(\S+)$/i;
const PROXY_HEADERS: readonly string[] = ["forwarded", "via", "x-real-ip"];
const OWN_FETCHES: readonly (string | undefined)[] = [undefined, "none", "same-origin"];

/**
 * Who may ask. With a token: whoever has it. Without one: only this machine itself, where nobody else can connect, asking directly,
 * by a name of its own, and not on behalf of a page of somebody else.
 *
 * @returns undefined for who may
 */
export function refuseAccess(caller: Caller, token: TokenCheck | undefined): Refusal | undefined {
  if (token === undefined) return refuseStranger(caller);
  const given = BEARER.exec(caller.headers.authorization ?? "")?.[1];
  if (given === undefined)
    return { status: 401, detail: "send the agent's token: Authorization: Bearer …" };
  return token.matches(given) ? undefined : { status: 401, detail: "that is not the token" };
}

function refuseStranger(caller: Caller): Refusal | undefined {
  const { remoteAddress, headers, httpVersion, listensBeyond } = caller;
  if (!isLoopbackAddress(remoteAddress))
    return forbid("without a token only this machine itself may ask: set STREAMGATE_AGENT_TOKEN");
  // What comes from there by a tunnel or a proxy of bytes looks like this machine, and says whatever it likes.
  if (listensBeyond !== undefined)
    return forbid(
      `this listens on ${listensBeyond}, which others can reach, and there is no token: set STREAMGATE_AGENT_TOKEN, or listen on 127.0.0.1 alone`,
    );
  // A proxy that adds no header, as nginx left to its defaults, speaks HTTP/1.0; who asks for himself does not.
  if (httpVersion === "1.0" || Object.keys(headers).some(isProxyHeader))
    return forbid("this came through a proxy, and there is no token: set STREAMGATE_AGENT_TOKEN");
  if (!isLoopbackHost(headers[":authority"]?.toString() ?? headers.host))
    return forbid("without a token ask by 127.0.0.1, [::1] or localhost, not by another name");
  if (!isOwnFetch(headers))
    return forbid("without a token no page of another site may ask: set STREAMGATE_AGENT_TOKEN");
  return undefined;
}

function isProxyHeader(name: string): boolean {
  return PROXY_HEADERS.includes(name) || name.startsWith("x-forwarded-");
}

function isOwnFetch({ origin, "sec-fetch-site": site }: IncomingHttpHeaders): boolean {
  if (typeof site !== "string" && site !== undefined) return false;
  if (!OWN_FETCHES.includes(site)) return false;
  return origin === undefined || (URL.canParse(origin) && isLoopbackHost(new URL(origin).host));
}

function forbid(detail: string): Refusal {
  return { status: 403, detail };
}
