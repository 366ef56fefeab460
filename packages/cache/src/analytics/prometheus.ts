import type { BreakerState } from "../resilience/circuit-breaker.ts";
import type { Distribution } from "./log-histogram.ts";
import { type Family, openMetricsText, type Sample } from "./open-metrics.ts";
import type {
  CacheStatistics,
  NamespaceCounts,
  NamespaceStatistics,
  TierCounts,
} from "./statistics.ts";

const BREAKER_STATES: readonly BreakerState[] = ["closed", "half-open", "open"];
const PREFIX = "streamgate_cache_";
const TOTAL = "_total";

/**
 * The books of a cache as OpenMetrics text for Prometheus: totals since the start as counters, what is in
 * memory as gauges. Serve it as `application/openmetrics-text; version=1.0.0; charset=utf-8`.
 *
 * @example
 * ```ts
 * import { type CacheStatistics, prometheusText } from "@streamgate/cache";
 * declare const statistics: CacheStatistics;
 * prometheusText(statistics); // # TYPE streamgate_cache_lookups counter …
 * ```
 */
export function prometheusText(statistics: CacheStatistics): string {
  return openMetricsText([
    ...readFamilies(statistics),
    ...loadFamilies(statistics),
    ...memoryFamilies(statistics),
    ...tierFamilies(statistics),
  ]);
}

function readFamilies({ namespaces }: CacheStatistics): readonly Family[] {
  return [
    counter(
      "lookups",
      "Reads.",
      perNamespace(namespaces, ({ lookups }) => lookups),
    ),
    counter("hits", "Fresh values, by the tier that gave them.", [
      ...perNamespace(namespaces, ({ memoryHits }) => memoryHits, { tier: "memory" }),
      ...perEntry(namespaces, "tier", ({ tierHits }) => tierHits),
    ]),
    counter(
      "misses",
      "Reads that waited for a load.",
      perNamespace(namespaces, ({ misses }) => misses),
    ),
    counter(
      "stale_answers",
      "Answers by expired values, by what made them right: at once, or in place of a failed load.",
      [
        ...perNamespace(namespaces, ({ staleHits }) => staleHits, { cause: "revalidate" }),
        ...perNamespace(namespaces, ({ staleRescues }) => staleRescues, { cause: "error" }),
      ],
    ),
    counter("absent_answers", "Answers that there is no such thing, by who knew it.", [
      ...perNamespace(namespaces, ({ negativeHits }) => negativeHits, { cause: "entry" }),
      ...perNamespace(namespaces, ({ knownAbsent }) => knownAbsent, { cause: "known-ids" }),
    ]),
    {
      ...seconds("saved", "Estimated: reads answered without a load times the mean load."),
      samples: perNamespace(namespaces, ({ savedMs }) => savedMs / 1_000, {}, TOTAL),
    },
  ];
}

function loadFamilies({ namespaces }: CacheStatistics): readonly Family[] {
  return [
    counter(
      "loads",
      "Loads from the source.",
      perEntry(namespaces, "outcome", ({ loads }) => loads),
    ),
    {
      name: `${PREFIX}load_seconds`,
      type: "summary",
      unit: "seconds",
      help: "What loads took that brought an answer.",
      samples: namespaces.flatMap(({ name, total }) =>
        summaryOf({ namespace: name }, total.loadMs, 1_000),
      ),
    },
    counter(
      "joins",
      "Callers that shared a load of this process.",
      perNamespace(namespaces, ({ joins }) => joins),
    ),
    counter(
      "claim_waits",
      "Waits for a load of another process.",
      perNamespace(namespaces, ({ claimsWaited }) => claimsWaited),
    ),
    counter(
      "refreshes",
      "Loads behind an answer.",
      perEntry(namespaces, "outcome", ({ refreshes }) => ({ ...refreshes })),
    ),
    counter(
      "reloads",
      "Loads of what was known already.",
      perEntry(namespaces, "outcome", ({ reloads }) => ({ ...reloads })),
    ),
    counter(
      "fills",
      "Values offered to shared tiers.",
      perEntry(namespaces, "outcome", ({ fills }) => fills),
    ),
    {
      ...bytes("compression_input", "Bytes before compression."),
      samples: perNamespace(namespaces, ({ compression }) => compression.inBytes, {}, TOTAL),
    },
    {
      ...bytes("compression_output", "Bytes after compression."),
      samples: perNamespace(namespaces, ({ compression }) => compression.outBytes, {}, TOTAL),
    },
  ];
}

function memoryFamilies({ memory, namespaces }: CacheStatistics): readonly Family[] {
  const now = (read: (one: NamespaceStatistics) => number): readonly Sample[] =>
    namespaces.map((one) => ({
      labels: { namespace: one.name, tier: "memory" },
      value: read(one),
    }));
  return [
    gauge(
      "entries",
      "Entries in memory.",
      now(({ entries }) => entries),
    ),
    {
      ...gauge(
        "size_bytes",
        "Bytes in memory, by estimate.",
        now(({ sizeBytes }) => sizeBytes),
      ),
      unit: "bytes",
    },
    {
      ...gauge("limit_bytes", "Bound of memory.", [
        { labels: { tier: "memory" }, value: memory.maxBytes },
      ]),
      unit: "bytes",
    },
    counter(
      "evictions",
      "Entries that left memory.",
      perEntry(namespaces, "cause", ({ evictions }) => evictions),
    ),
    counter(
      "unused_evictions",
      "Entries that expired or were evicted without a hit.",
      perNamespace(namespaces, ({ neverHit }) => neverHit),
    ),
    {
      ...bytes("read", "Bytes read from shared tiers."),
      samples: perNamespace(namespaces, ({ bytesRead }) => bytesRead, {}, TOTAL),
    },
    {
      ...bytes("written", "Bytes written to shared tiers."),
      samples: perNamespace(namespaces, ({ bytesWritten }) => bytesWritten, {}, TOTAL),
    },
  ];
}

function tierFamilies({ tiers }: CacheStatistics): readonly Family[] {
  const perTier = (read: (counts: TierCounts) => number, labels = {}): readonly Sample[] =>
    tiers.map(({ name, total }) => ({
      labels: { tier: name, ...labels },
      value: read(total),
      suffix: TOTAL,
    }));
  return [
    counter("tier_calls", "Calls of shared tiers.", [
      ...perTier(({ answers }) => answers, { outcome: "answered" }),
      ...perTier(({ timeouts }) => timeouts, { outcome: "timed-out" }),
      ...perTier(({ errors }) => errors, { outcome: "failed" }),
    ]),
    {
      name: `${PREFIX}tier_answer_seconds`,
      type: "summary",
      unit: "seconds",
      help: "What calls took that were answered.",
      samples: tiers.flatMap(({ name, total }) => summaryOf({ tier: name }, total.answerMs, 1_000)),
    },
    counter(
      "breaker_openings",
      "Times that the circuit breaker opened.",
      perTier(({ opened }) => opened),
    ),
    gauge(
      "breaker_state",
      "1 for the state in which the circuit breaker is.",
      tiers.flatMap(({ name, breaker }) =>
        BREAKER_STATES.map((state) => ({
          labels: { tier: name, state },
          value: breaker === state ? 1 : 0,
        })),
      ),
    ),
  ];
}

function perNamespace(
  namespaces: readonly NamespaceStatistics[],
  read: (counts: NamespaceCounts) => number,
  labels: Readonly<Record<string, string>> = {},
  suffix: string = TOTAL,
): readonly Sample[] {
  return namespaces.map(({ name, total }) => ({
    labels: { namespace: name, ...labels },
    value: read(total),
    suffix,
  }));
}

/** One sample for each entry of a record, its name in the label. */
function perEntry(
  namespaces: readonly NamespaceStatistics[],
  label: string,
  read: (counts: NamespaceCounts) => Readonly<Record<string, number>>,
): readonly Sample[] {
  return namespaces.flatMap(({ name, total }) =>
    Object.entries(read(total)).map(([entry, value]) => ({
      labels: { namespace: name, [label]: entry },
      value,
      suffix: TOTAL,
    })),
  );
}

function summaryOf(
  labels: Readonly<Record<string, string>>,
  { count, sum, p50, p90, p99 }: Distribution,
  divisor: number,
): readonly Sample[] {
  const quantile = (name: string, value: number): Sample => ({
    labels: { ...labels, quantile: name },
    value: value / divisor,
  });
  return [
    ...(count === 0 ? [] : [quantile("0.5", p50), quantile("0.9", p90), quantile("0.99", p99)]),
    { labels, value: sum / divisor, suffix: "_sum" },
    { labels, value: count, suffix: "_count" },
  ];
}

function counter(what: string, help: string, samples: readonly Sample[]): Family {
  return { name: `${PREFIX}${what}`, type: "counter", help, samples };
}

function gauge(what: string, help: string, samples: readonly Sample[]): Family {
  return { name: `${PREFIX}${what}`, type: "gauge", help, samples };
}

function seconds(what: string, help: string): Omit<Family, "samples"> {
  return { name: `${PREFIX}${what}_seconds`, type: "counter", unit: "seconds", help };
}

function bytes(what: string, help: string): Omit<Family, "samples"> {
  return { name: `${PREFIX}${what}_bytes`, type: "counter", unit: "bytes", help };
}
