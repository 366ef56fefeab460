import { isIP } from "node:net";

const LOOPBACK_4 = /^127(\.\d{1,3}){3}$/;
const MAPPED_4 = /^::ffff:(\d{1,3}(?:\.\d{1,3}){3})$/i;

/** Whether an address or name can only mean this machine. */
export function isLoopback(host: string): boolean {
  const bare = bareHost(host);
  const mapped = MAPPED_4.exec(bare)?.[1] ?? bare;
  return (
    LOOPBACK_4.test(mapped) || bare === "::1" || bare === "localhost" || bare.endsWith(".localhost")
  );
}

/** Whether it is an address rather than a name. */
export function isAddress(host: string): boolean {
  return isIP(bareHost(host)) !== 0;
}

/** In lower case, without the brackets of an IPv6 address and the dot at a name's end. */
export function bareHost(host: string): string {
  return host
    .toLowerCase()
    .replace(/^\[(.*)\]$/, "$1")
    .replace(/\.$/, "");
}

/** Who is counted as one by the rate limits: an IPv4 address, or the /64 that one line of IPv6 has. */
export function neighbourhoodOf(address: string): string {
  const mapped = MAPPED_4.exec(address)?.[1];
  if (mapped !== undefined || isIP(address) !== 6) return mapped ?? address;
  const [head = "", tail] = address.split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - before.length - after.length);
  const groups = [...before, ...Array<string>(zeros).fill("0"), ...after];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":")}::/64`;
}
