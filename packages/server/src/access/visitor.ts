import type { FastifyRequest } from "fastify";
import type { AccessConfiguration } from "../platform/platform-configuration.ts";
import type { RequestOrigin } from "./cross-site.ts";
import { hostNameOf } from "./host-names.ts";

/** What is known of whoever sent a request before it is known who they are. */
export interface Visitor {
  readonly address: string;
  readonly authorization: string | undefined;
  readonly cookies: Readonly<Record<string, string | undefined>>;
  readonly csrf: string | undefined;
  readonly origin: RequestOrigin;
  /** Whether the browser speaks to this server, or to the proxy before it, by HTTPS. */
  readonly isEncrypted: boolean;
  /** Whether a proxy stands between, or may: then an address says nothing of who asks. */
  readonly isForwarded: boolean;
}

const FORWARDED = ["forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via"] as const;

export function visitorOf(request: FastifyRequest, access: AccessConfiguration): Visitor {
  const header = (name: string): string | undefined => {
    const value = request.headers[name];
    return Array.isArray(value) ? value.join(", ") : value;
  };
  const host = header("host");
  return {
    address: request.ip,
    authorization: header("authorization"),
    cookies: request.cookies ?? {},
    csrf: header("x-streamgate-csrf"),
    origin: {
      method: request.method,
      host,
      origin: header("origin"),
      fetchSite: header("sec-fetch-site"),
      fetchMode: header("sec-fetch-mode"),
      fetchDestination: header("sec-fetch-dest"),
    },
    isEncrypted: request.protocol === "https" || isPublicHttps(host, access),
    isForwarded:
      (access.trustedProxies ?? []).length > 0 ||
      FORWARDED.some((name) => header(name) !== undefined),
  };
}

/** A proxy that hands the host on may leave out that it speaks HTTPS. */
function isPublicHttps(host: string | undefined, { openId }: AccessConfiguration): boolean {
  if (openId === undefined || !URL.canParse(openId.publicUrl)) return false;
  const { protocol, hostname } = new URL(openId.publicUrl);
  return protocol === "https:" && hostNameOf(host) === hostNameOf(hostname);
}

/** The names beside loopback ones under which this server may be asked. */
export function ownNames(access: AccessConfiguration): readonly string[] {
  return [access.host, ...publicHosts(access).map((host) => hostNameOf(host) ?? "")];
}

/** The hosts that browsers have in the address of this server, whatever a proxy makes of them. */
export function publicHosts({ hostNames, openId }: AccessConfiguration): readonly string[] {
  const isPublic = openId !== undefined && URL.canParse(openId.publicUrl);
  return [...hostNames, ...(isPublic ? [new URL(openId.publicUrl).host] : [])];
}
