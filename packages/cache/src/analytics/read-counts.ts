import type { LedgerReading } from "./ledger.ts";
import {
  AGE_COUNTERS,
  type NamespaceCounter,
  type NamespaceHistogram,
  type TierHitCounter,
} from "./namespace-recorder.ts";
import {
  type CompressionCounts,
  FILL_RESULTS,
  LOAD_OUTCOMES,
  type NamespaceCounts,
  type TierCounts,
} from "./statistics.ts";
import type { TierCounter, TierHistogram } from "./tier-recorder.ts";

type NamespaceReading = LedgerReading<NamespaceCounter, NamespaceHistogram>;

/** What a namespace's counters mean together. */
export function namespaceCountsOf(
  reading: NamespaceReading,
  tierHits: Readonly<Record<string, number>>,
  tierMisses: Readonly<Record<string, number>>,
): NamespaceCounts {
  const of = (counter: NamespaceCounter): number => reading.count(counter);
  const answeredByTiers = Object.values(tierHits).reduce((sum, hits) => sum + hits, 0);
  const atOnce = of("memoryHits") + of("staleHits") + of("knownAbsent");
  const lookups = atOnce + of("memoryMisses");
  // Background refreshes ask tiers too, so the difference may be short by a few.
  const misses = Math.max(0, of("memoryMisses") - answeredByTiers);
  const loadMs = reading.distribution("loadMs");
  return {
    lookups,
    memoryHits: of("memoryHits"),
    tierHits,
    tierMisses,
    staleHits: of("staleHits"),
    staleRescues: of("staleRescues"),
    negativeHits: of("negativeHits"),
    knownAbsent: of("knownAbsent"),
    memoryMisses: of("memoryMisses"),
    misses,
    hitRatio: lookups === 0 ? 0 : (lookups - misses) / lookups,
    loads: countsBy(LOAD_OUTCOMES, (outcome) => of(`load:${outcome}`)),
    loadMs,
    savedMs: (lookups - misses) * loadMs.mean,
    joins: of("joins"),
    claimsWaited: of("claimsWaited"),
    claimWaitMs: of("claimWaitMs"),
    refreshes: { started: of("refreshesStarted"), refused: of("refreshesRefused") },
    reloads: { equal: of("reloadsEqual"), changed: of("reloadsChanged") },
    fills: countsBy(FILL_RESULTS, (result) => of(`fill:${result}`)),
    refused: of("refused"),
    evictions: {
      size: of("evicted:size"),
      pressure: of("evicted:pressure"),
      expired: of("evicted:expired"),
      invalidated: of("evicted:invalidated"),
      replaced: of("evicted:replaced"),
      cleared: of("evicted:cleared"),
    },
    neverHit: of("neverHit"),
    evictedBytes: of("evictedBytes"),
    valueBytes: reading.distribution("valueBytes"),
    bytesRead: of("bytesRead"),
    bytesWritten: of("bytesWritten"),
    compression: compressionOf(reading),
    ageAtHit: AGE_COUNTERS.map(of),
  };
}

/** What a tier's counters mean together with the hits that namespaces had in it. */
export function tierCountsOf(
  reading: LedgerReading<TierCounter, TierHistogram>,
  hits: readonly LedgerReading<TierHitCounter, never>[],
): TierCounts {
  const sum = (counter: TierHitCounter): number =>
    hits.reduce((total, one) => total + one.count(counter), 0);
  return {
    answers: reading.count("answers"),
    timeouts: reading.count("timeouts"),
    errors: reading.count("errors"),
    answerMs: reading.distribution("answerMs"),
    opened: reading.count("opened"),
    hits: sum("hits"),
    misses: sum("misses"),
  };
}

function compressionOf(reading: NamespaceReading): CompressionCounts {
  const inBytes = reading.count("compressedInBytes");
  const outBytes = reading.count("compressedOutBytes");
  return {
    values: reading.count("compressedValues"),
    inBytes,
    outBytes,
    ratio: outBytes === 0 ? 1 : inBytes / outBytes,
  };
}

function countsBy<Name extends string>(
  names: readonly Name[],
  of: (name: Name) => number,
): Readonly<Record<Name, number>> {
  return Object.fromEntries(names.map((name) => [name, of(name)] as const)) as Record<Name, number>;
}
