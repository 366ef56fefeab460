import { lookup } from "node:dns";
import { BlockList, isIP, type LookupFunction } from "node:net";
import { addressForbidden } from "../errors.ts";

/** Networks that are no receiver's on the internet: IANA's special-purpose registries (RFC 6890), by what they are. */
const SPECIAL: readonly (readonly [kind: string, networks: readonly string[]])[] = [
  ["a loopback address", ["127.0.0.0/8", "::1/128"]],
  ["link-local, where clouds keep their machines' secrets", ["169.254.0.0/16", "fe80::/10"]],
  [
    "a private address",
    ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7", "fec0::/10"],
  ],
  [
    "no address of a host",
    ["0.0.0.0/8", "224.0.0.0/4", "240.0.0.0/4", "::/128", "ff00::/8", "100::/64"],
  ],
  [
    "reserved",
    [
      "192.0.0.0/24",
      "192.0.2.0/24",
      "198.18.0.0/15",
      "198.51.100.0/24",
      "203.0.113.0/24",
      "2001:db8::/32",
    ],
  ],
  // Behind these prefixes stands an IPv4 address that would need the same look.
  [
    "translated to an IPv4 address",
    ["64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "192.88.99.0/24"],
  ],
];

const lists = SPECIAL.map(([kind, networks]) => {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", prefix] = network.split("/");
    list.addSubnet(address, Number(prefix), isIP(address) === 6 ? "ipv6" : "ipv4");
  }
  return { kind, list };
});

/** What is wrong with an address as a receiver's; undefined: nothing. IPv4 inside IPv6 is looked at, too. */
export function specialKindOf(address: string): string | undefined {
  const version = isIP(address);
  if (version === 0) return "no address";
  const family = version === 6 ? "ipv6" : "ipv4";
  return lists.find(({ list }) => list.check(address, family))?.kind;
}

/**
 * Resolves a name for a socket and refuses what resolves into an own network. The address that is looked at is the one
 * that is connected to, so a name that changes its answer between two questions (DNS rebinding) gains nothing.
 */
export const guardedLookup: LookupFunction = (hostname, options, callback) => {
  lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) {
      callback(error, []);
      return;
    }
    for (const { address } of addresses) {
      const kind = specialKindOf(address);
      if (kind !== undefined) {
        callback(addressForbidden(hostname, address, kind), []);
        return;
      }
    }
    if (options.all === true) callback(null, addresses);
    else callback(null, addresses[0]?.address ?? "", addresses[0]?.family);
  });
};

/** Looks at a host that is an address already, for which no name is resolved. */
export function checkLiteralAddress(host: string): void {
  const address = host.replace(/^\[|\]$/g, "");
  if (isIP(address) === 0) return;
  const kind = specialKindOf(address);
  if (kind !== undefined) throw addressForbidden(host, address, kind);
}
