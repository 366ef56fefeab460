import { isIPv4 } from "node:net";

/** Whether an address of a socket is this machine's own: `127.0.0.0/8`, `::1`, and the former within the latter. */
export function isLoopbackAddress(address: string | undefined): boolean {
  if (address === undefined) return false;
  const plain = address.toLowerCase().startsWith("::ffff:") ? address.slice(7) : address;
  return plain === "::1" || (isIPv4(plain) && plain.startsWith("127."));
}

/**
 * Whether a `host` header, or the host of an `origin`, is a name that a stranger's page cannot have: with DNS rebinding a
 * browser asks 127.0.0.1, but under the stranger's name.
 */
export function isLoopbackHost(host: string | undefined): boolean {
  if (host === undefined) return false;
  const name = host.replace(/:\d*$/, "").toLowerCase();
  if (name === "localhost" || name === "[::1]") return true;
  return isIPv4(name) && name.startsWith("127.");
}
