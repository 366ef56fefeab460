import { bareHost, isAddress, isLoopback } from "./addresses.ts";

const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]{1,253})(?::(\d{1,5}))?$/i;

/** The name of a `Host` header, without its port; undefined where it is none. */
export function hostNameOf(host: string | undefined): string | undefined {
  const name = HOST.exec(host ?? "")?.[1];
  return name === undefined ? undefined : bareHost(name);
}

/**
 * Whether a request for this host is meant for this server. A page that makes its own name point here (DNS rebinding) needs a
 * name: addresses are always as good as the network that they came by.
 *
 * @param names under which the server may be asked beside loopback names and addresses
 */
export function isOwnHost(host: string | undefined, names: readonly string[]): boolean {
  const name = hostNameOf(host);
  if (name === undefined) return false;
  return isLoopback(name) || isAddress(name) || names.some((one) => bareHost(one) === name);
}
