import { badCacheOption } from "../errors.ts";
import { checkTag } from "../namespace/key.ts";
import { duration, fraction, oneOf } from "./checks.ts";
import type { NamespaceOptions, ResolvedNamespaceOptions } from "./namespace-options.ts";

const NAMESPACE_DEFAULTS = {
  ttl: 300_000,
  jitter: 0.1,
  hardTimeout: 30_000,
  refreshAhead: 1,
  claimTtl: 2_000,
  claimPatience: 10_000,
  rebuildEvery: 3_600_000,
} as const;

const LONGEST_TTL_MS = 10 * 365 * 86_400_000;

/** @throws StreamGateError `SG_CACHE_BAD_OPTION` */
export function resolveNamespaceOptions(
  name: string,
  options: NamespaceOptions,
  usedTiers: readonly string[],
): ResolvedNamespaceOptions {
  const tierNames = [...new Set(["memory", ...usedTiers])];
  const named = (key: string): string => `${name}.${key}`;
  const ttlMs = duration(named("ttl"), options.ttl, NAMESPACE_DEFAULTS.ttl, 1, LONGEST_TTL_MS);
  const hardTimeoutMs = duration(
    named("hardTimeout"),
    options.hardTimeout,
    NAMESPACE_DEFAULTS.hardTimeout,
    1,
  );
  for (const tier of Object.keys(options.perTier ?? {})) {
    if (tierNames.includes(tier)) continue;
    throw badCacheOption(named("perTier"), tier, `about one of the tiers ${tierNames.join(", ")}`);
  }
  const claims = options.claims ?? true;
  const claimOptions = typeof claims === "object" ? claims : {};
  return {
    ttlMs,
    jitter: fraction(named("jitter"), options.jitter ?? NAMESPACE_DEFAULTS.jitter, 0, 0.5),
    staleWhileRevalidateMs: duration(
      named("staleWhileRevalidate"),
      options.staleWhileRevalidate,
      0,
      0,
      LONGEST_TTL_MS,
    ),
    staleIfErrorMs: duration(named("staleIfError"), options.staleIfError, 0, 0, LONGEST_TTL_MS),
    softTimeoutMs: duration(named("softTimeout"), options.softTimeout, hardTimeoutMs, 0),
    hardTimeoutMs,
    negativeTtlMs: duration(named("negativeTtl"), options.negativeTtl, ttlMs, 0, LONGEST_TTL_MS),
    isAbsent: options.isAbsent ?? isNothing,
    refreshAhead: fraction(
      named("refreshAhead"),
      options.refreshAhead ?? NAMESPACE_DEFAULTS.refreshAhead,
      0,
      10,
    ),
    tierTtlMs: new Map(
      tierNames.map((tier) => {
        const own = options.perTier?.[tier];
        if (own === false || !usedTiers.includes(tier)) return [tier, 0];
        return [tier, duration(named(`perTier.${tier}.ttl`), own?.ttl, ttlMs, 1, LONGEST_TTL_MS)];
      }),
    ),
    tags: (options.tags ?? []).map(checkTag),
    dependsOn: (options.dependsOn ?? []).map(checkTag),
    values: oneOf(named("values"), options.values ?? "frozen", ["frozen", "cloned", "shared"]),
    hold: oneOf(named("hold"), options.hold ?? "values", ["values", "bytes"]),
    compression: options.compression ?? {},
    codec: options.codec,
    claims:
      claims === false
        ? undefined
        : {
            ttlMs: duration(named("claims.ttl"), claimOptions.ttl, NAMESPACE_DEFAULTS.claimTtl, 10),
            patienceMs: duration(
              named("claims.patience"),
              claimOptions.patience,
              NAMESPACE_DEFAULTS.claimPatience,
              1,
            ),
          },
    knownIds:
      options.knownIds === undefined
        ? undefined
        : {
            ...options.knownIds,
            rebuildEveryMs: duration(
              named("knownIds.rebuildEvery"),
              options.knownIds.rebuildEvery,
              NAMESPACE_DEFAULTS.rebuildEvery,
              1_000,
            ),
          },
  };
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null;
}
