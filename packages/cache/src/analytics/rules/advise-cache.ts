import type { Advice, Advisor } from "@streamgate/core";
import { hotKey } from "./hot-key.ts";
import { neverHit } from "./never-hit.ts";
import type { CacheReading } from "./reading.ts";
import { stampede } from "./stampede.ts";
import { tagTooWide } from "./tag-too-wide.ts";
import { tierOpen } from "./tier-open.ts";
import { tierSlow } from "./tier-slow.ts";
import { tooSmall } from "./too-small.ts";
import { ttlTooLong } from "./ttl-too-long.ts";
import { ttlTooShort } from "./ttl-too-short.ts";
import { valueTooLarge } from "./value-too-large.ts";

const RULES: readonly Advisor<CacheReading>[] = [
  tierOpen,
  tierSlow,
  tooSmall,
  stampede,
  ttlTooShort,
  ttlTooLong,
  neverHit,
  valueTooLarge,
  tagTooWide,
  hotKey,
];

/**
 * What a cache's books say should be changed, the greatest saving first, and what was weighed and
 * declined, with reasons. It judges the last minutes, not the whole life.
 *
 * @example
 * ```ts
 * import { adviseCache, type CacheStatistics } from "@streamgate/cache";
 * declare const statistics: CacheStatistics;
 * const { findings } = adviseCache({
 *   statistics,
 *   curve: [{ multiple: 1, hitRatio: 0.91 }, { multiple: 2, hitRatio: 0.981 }],
 * });
 * ```
 */
export function adviseCache(reading: CacheReading): Advice {
  const advice = RULES.map((rule) => rule(reading));
  return {
    findings: advice
      .flatMap(({ findings }) => findings)
      .toSorted((one, other) => other.savedMsPerHour - one.savedMsPerHour),
    declined: advice.flatMap(({ declined }) => declined),
  };
}
