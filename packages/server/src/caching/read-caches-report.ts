import type { CachesReport, ReportedCache } from "@streamgate/agent";

const MOST_CACHES = 32;
const MOST_NAMESPACES = 200;
const MOST_TIERS = 16;
const MOST_HOT_KEYS = 20;
const MOST_POINTS = 32;
const LONGEST_TEXT = 300;

/** What a process said of its caches, as far as it has the form that it must have; it may say anything. */
export function readCachesReport(answer: unknown): CachesReport {
  return { caches: list(fields(answer).caches, MOST_CACHES).map(readCache) };
}

function readCache(value: unknown): ReportedCache {
  const cache = fields(value);
  const memory = fields(cache.memory);
  return {
    name: text(cache.name),
    memory: {
      entries: amount(memory.entries),
      sizeBytes: amount(memory.sizeBytes),
      maxBytes: amount(memory.maxBytes),
    },
    namespaces: list(cache.namespaces, MOST_NAMESPACES).map(readNamespace),
    tiers: list(cache.tiers, MOST_TIERS).map((each) => {
      const { name, breaker, p95Ms } = fields(each);
      const isKnown = typeof p95Ms === "number" && p95Ms >= 0;
      return { name: text(name), breaker: text(breaker), p95Ms: isKnown ? p95Ms : null };
    }),
    curve: list(cache.curve, MOST_POINTS).map((each) => {
      const { multiple, hitRatio } = fields(each);
      return { multiple: amount(multiple), hitRatio: Math.min(1, amount(hitRatio)) };
    }),
  };
}

function readNamespace(value: unknown): ReportedCache["namespaces"][number] {
  const { name, entries, sizeBytes, isWarmable, lookups, hotKeys } = fields(value);
  return {
    name: text(name),
    entries: amount(entries),
    sizeBytes: amount(sizeBytes),
    isWarmable: isWarmable === true,
    lookups: amount(lookups),
    hotKeys: list(hotKeys, MOST_HOT_KEYS).map((each) => {
      const { key, share } = fields(each);
      return { key: text(key), share: Math.min(1, amount(share)) };
    }),
  };
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}

function list(value: unknown, most: number): readonly unknown[] {
  return Array.isArray(value) ? value.slice(0, most) : [];
}

function amount(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) && value > 0 ? value : 0;
}

function text(value: unknown): string {
  if (typeof value !== "string") return "";
  return value.slice(0, LONGEST_TEXT).replace(/[\p{Cc}\p{Cs}]/gu, "");
}
