import type { Labels } from "@streamgate/telemetry";

/**
 * How far upstream what an alert speaks of stands: a cause stands above its effects. A dead target, then what it calls,
 * then the way there, then what a process runs out of, then what its callers see.
 */
const LAYERS = ["target", "dependency", "pool", "resource", "errors", "latency"] as const;
export type Layer = (typeof LAYERS)[number];

const WORDS: readonly (readonly [Layer, RegExp])[] = [
  ["target", /target|\bup\b|down|absent|unreachable|restart/],
  ["pool", /pool|connection/],
  ["dependency", /postgres|database|\bdb\b|redis|cache|disk|dependency/],
  ["resource", /memory|heap|cpu|gc|garbage|loop|handle|descriptor|leak|throttl|thread/],
  ["errors", /error|fail|5xx|burn|slo/],
  ["latency", /latency|slow|duration|p9\d|response/],
];

/** The layer of an alert by its labels and the words of its rule's name; undefined where nothing tells. */
export function layerOf(ruleName: string, labels: Labels): Layer | undefined {
  if (labels.db_system_name !== undefined) return "dependency";
  if (labels.db_client_connection_pool_name !== undefined) return "pool";
  const words = ruleName
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .replace(/[^a-zA-Z0-9]+/g, " ")
    .toLowerCase();
  return WORDS.find(([, pattern]) => pattern.test(words))?.[0];
}

/** 0 for the uppermost. */
export function depthOf(layer: Layer): number {
  return LAYERS.indexOf(layer);
}
