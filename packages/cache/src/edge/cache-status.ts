/** How one tier handled a request. */
export interface TierStatus {
  /** `memory`, `redis`; any text. */
  readonly tier: string;
  /** The tier answered. */
  readonly isHit: boolean;
  /** Seconds that the answer stays fresh; negative when it was served stale. */
  readonly ttlS?: number;
  /** Why the tier could not answer. Left out where it did. @default "miss" */
  readonly forwarded?:
    | "bypass"
    | "method"
    | "uri-miss"
    | "vary-miss"
    | "miss"
    | "request"
    | "stale"
    | "partial";
  /** The answer from behind was stored here. */
  readonly isStored?: boolean;
  /** The request waited for another one's load. */
  readonly isCollapsed?: boolean;
  /** The key in the tier; leave it out where keys are nobody's business. */
  readonly key?: string;
  /** Anything else, for whoever debugs. */
  readonly detail?: string;
}

/**
 * The value of `Cache-Status` (RFC 9211), one member a tier.
 *
 * @param tiers in the order in which they were asked, memory first; the field has them the other way round,
 *   the one closest to the origin first
 * @example
 * ```ts
 * import { cacheStatus } from "@streamgate/cache/edge";
 * cacheStatus([
 *   { tier: "memory", isHit: false },
 *   { tier: "redis", isHit: true, ttlS: 42.7 },
 * ]); // 'redis; hit; ttl=42, memory; fwd=miss'
 * ```
 */
export function cacheStatus(tiers: readonly TierStatus[]): string {
  return tiers
    .map((status) => [bareItem(status.tier), ...parametersOf(status)].join("; "))
    .reverse()
    .join(", ");
}

function parametersOf(status: TierStatus): readonly string[] {
  const { isHit, ttlS, isStored = false, isCollapsed = false, key, detail } = status;
  return [
    isHit ? "hit" : `fwd=${status.forwarded ?? "miss"}`,
    ...(!isHit && isStored ? ["stored"] : []),
    ...(!isHit && isCollapsed ? ["collapsed"] : []),
    ...(ttlS !== undefined && Number.isFinite(ttlS) ? [`ttl=${Math.floor(ttlS)}`] : []),
    ...(key === undefined ? [] : [`key=${quoted(key)}`]),
    ...(detail === undefined ? [] : [`detail=${bareItem(detail)}`]),
  ];
}

/** A token where the text is one (RFC 9651 §3.3.4), else a string. */
function bareItem(text: string): string {
  return /^[A-Za-z*][A-Za-z0-9!#$%&'*+.^_`|~:/-]*$/.test(text) ? text : quoted(text);
}

/** A string of a structured field holds visible ASCII and spaces; everything else is percent-encoded as UTF-8. */
function quoted(text: string): string {
  const ascii = Array.from(Buffer.from(text, "utf8"), (byte) =>
    byte >= 0x20 && byte <= 0x7e
      ? String.fromCharCode(byte)
      : `%${byte.toString(16).padStart(2, "0")}`,
  ).join("");
  return `"${ascii.replace(/["\\]/g, "\\$&")}"`;
}
