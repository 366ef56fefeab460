import type { CacheNamespace, Figure } from "@streamgate/contract";
import { estimated, measured } from "../figures/figure.ts";
import type { Counts, NamespaceCounts } from "./cache-counts.ts";
import type { ProcessCaches } from "./cache-reports.ts";

interface NamespaceViewInput {
  readonly counts: NamespaceCounts;
  /** The same over the range that is compared with; null where nothing was read then, undefined where nothing is compared. */
  readonly compared: NamespaceCounts | null | undefined;
  /** What the processes of the service say now. */
  readonly reports: readonly ProcessCaches[];
  /** What the hit ratio should be. */
  readonly hitRatioAtLeast: number;
}

/** A namespace of a service's caches, with what it did over a range. */
export function namespaceView(input: NamespaceViewInput): CacheNamespace {
  const { counts, compared, reports, hitRatioAtLeast } = input;
  const figure = (of: (counts: NamespaceCounts) => number | null, unit: string): Figure => ({
    ...measured(of(counts), unit),
    ...(compared === undefined ? {} : { compared: compared === null ? null : of(compared) }),
  });
  const hitRatio = figure(hitRatioOf, "ratio");
  const saved = figure(({ savedSeconds }) => savedSeconds * 1_000, "ms");
  return {
    service: counts.service,
    namespace: counts.namespace,
    requests: figure((of) => share(readsOf(of), of.watchedSeconds), "per second"),
    hitRatio: {
      ...hitRatio,
      objective: {
        kind: "at least",
        value: hitRatioAtLeast,
        isMet: hitRatio.value === null ? null : hitRatio.value >= hitRatioAtLeast,
      },
    },
    staleRatio: figure((of) => share(of.requests.get("stale") ?? 0, readsOf(of)), "ratio"),
    tiers: [...counts.tierReads.keys()].map((tier) => ({
      tier,
      hitRatio: figure((of) => tierHitRatioOf(of, tier), "ratio"),
      p95: measured(slowest(reports, tier), "ms"),
      state: stateOf(reports, tier),
    })),
    ...sizesOf(reports, counts.namespace),
    loads: figure(loadsOf, "count"),
    loadMean: figure((of) => share(of.loadSeconds * 1_000, answeredLoadsOf(of)), "ms"),
    timeSaved: { ...saved, ...estimated(saved.value, "ms") },
    invalidations: figure((of) => of.evictions.get("invalidated") ?? 0, "count"),
  };
}

function readsOf({ requests }: NamespaceCounts): number {
  return sum(requests);
}

function hitRatioOf(of: NamespaceCounts): number | null {
  const reads = readsOf(of);
  return share(reads - (of.requests.get("miss") ?? 0), reads);
}

function tierHitRatioOf({ tierReads }: NamespaceCounts, tier: string): number | null {
  const hits = tierReads.get(tier)?.get("hit") ?? 0;
  const misses = tierReads.get(tier)?.get("miss") ?? 0;
  return share(hits, hits + misses);
}

function loadsOf({ loads }: NamespaceCounts): number {
  return sum(loads);
}

/** Those whose time was counted. */
function answeredLoadsOf({ loads }: NamespaceCounts): number {
  return (loads.get("loaded") ?? 0) + (loads.get("absent") ?? 0);
}

/** Null where nothing happened: a ratio of nothing is not 0. */
function share(part: number, whole: number): number | null {
  return whole > 0 ? part / whole : null;
}

function sum(counts: Counts): number {
  return [...counts.values()].reduce((total, each) => total + each, 0);
}

/** Of the processes' last minutes, that of the slowest. */
function slowest(reports: readonly ProcessCaches[], tier: string): number | null {
  const known = tiersOf(reports, tier).flatMap(({ p95Ms }) => p95Ms ?? []);
  return known.length === 0 ? null : Math.max(...known);
}

/** Memory answers as long as the process does; of a shared tier the worst that a process says. */
function stateOf(reports: readonly ProcessCaches[], tier: string): string {
  if (tier === "memory") return "closed";
  const states = tiersOf(reports, tier).map(({ breaker }) => breaker);
  return states.find((state) => state !== "closed") ?? states[0] ?? "unknown";
}

function tiersOf(
  reports: readonly ProcessCaches[],
  tier: string,
): ProcessCaches["caches"][number]["tiers"] {
  return reports
    .flatMap(({ caches }) => caches.flatMap(({ tiers }) => tiers))
    .filter(({ name }) => name === tier);
}

function sizesOf(
  reports: readonly ProcessCaches[],
  name: string,
): Pick<CacheNamespace, "entries" | "size"> {
  const held = reports
    .flatMap(({ caches }) => caches.flatMap(({ namespaces }) => namespaces))
    .filter((namespace) => namespace.name === name);
  const isKnown = held.length > 0;
  const entries = held.reduce((total, namespace) => total + namespace.entries, 0);
  const bytes = held.reduce((total, namespace) => total + namespace.sizeBytes, 0);
  return {
    entries: measured(isKnown ? entries : null, "count"),
    size: measured(isKnown ? bytes : null, "bytes"),
  };
}
