/** What tells from where a request was sent: only browsers say it, and no page can make them lie. */
export interface RequestOrigin {
  readonly method: string;
  readonly host: string | undefined;
  readonly origin: string | undefined;
  readonly fetchSite: string | undefined;
  readonly fetchMode: string | undefined;
  readonly fetchDestination: string | undefined;
}

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

export function isSafe(method: string): boolean {
  return SAFE.has(method);
}

/**
 * Why a request may have been sent by a page of another site (or of another port of this machine); undefined where it was not:
 * fetch metadata (W3C) where the browser sends it, else `Origin`. Following a link from elsewhere to a page is fine.
 *
 * @param hosts of this server as browsers know it, with their ports: a proxy in front may have handed on another `Host`
 */
export function crossSiteReason(from: RequestOrigin, hosts: readonly string[]): string | undefined {
  const { method, fetchSite, fetchMode, fetchDestination, origin, host } = from;
  const isOwnFetch = fetchSite === undefined || fetchSite === "same-origin" || fetchSite === "none";
  const isLink = isSafe(method) && fetchMode === "navigate" && fetchDestination === "document";
  if (!isOwnFetch && !isLink) return `a page of another origin sent it (${fetchSite})`;
  if (origin !== undefined && !isOwnOrigin(origin, host, hosts) && !isSafe(method))
    return "a page of another origin sent it";
  return undefined;
}

function isOwnOrigin(origin: string, host: string | undefined, hosts: readonly string[]): boolean {
  if (!URL.canParse(origin)) return false;
  const { protocol, host: originHost } = new URL(origin);
  if (protocol !== "http:" && protocol !== "https:") return false;
  if (
    host !== undefined &&
    originHost === host.toLowerCase().replace(/:(80|443)$/, portOf(protocol))
  )
    return true;
  return hosts.some((one) => one.toLowerCase() === originHost);
}

/** A `URL` leaves the default port of its scheme out, a `Host` need not. */
function portOf(protocol: string): (found: string, port: string) => string {
  const ownPort = protocol === "https:" ? "443" : "80";
  return (found, port) => (port === ownPort ? "" : found);
}
