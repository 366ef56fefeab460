export type { CurvePoint } from "./analytics/curve/hit-ratio-curve.ts";
export { type PopularId, Popularity, type PopularityRecord } from "./analytics/popularity.ts";
export { prometheusText } from "./analytics/prometheus.ts";
export { StatisticsRecorder } from "./analytics/recorder.ts";
export { adviseCache } from "./analytics/rules/advise-cache.ts";
export type {
  CacheStatistics,
  MemoryStatistics,
  NamespaceCounts,
  NamespaceStatistics,
  TierCounts,
  TierStatistics,
} from "./analytics/statistics.ts";
export { BloomFilter } from "./bloom/bloom-filter.ts";
export { KnownIds } from "./bloom/known-ids.ts";
export type { Bus, BusListener, BusLoss, BusMessage, Published } from "./bus/bus.ts";
export { type Cache, createCache, type InvalidationSink } from "./cache.ts";
export type { CloseReport } from "./closing/close-in-order.ts";
export type { InvalidateTargets } from "./invalidation/invalidate-targets.ts";
export type { BatchLoadContext, BatchLoader } from "./loading/batch-load.ts";
export type { LoadContext, Loader } from "./loading/load-context.ts";
export type { Id } from "./memory/memory-index.ts";
export {
  type MemoryTierInput,
  type MemoryTierOptions,
  memoryTier,
  type PolicyName,
} from "./memory/memory-options.ts";
export {
  type EvictionPolicy,
  MAX_FREQUENCY,
  type PolicyColumns,
  type PolicyMaker,
} from "./memory/policy.ts";
export type {
  InvalidateOptions,
  Namespace,
  ReadOptions,
  WriteOptions,
} from "./namespace/namespace.ts";
export type { CacheOptions } from "./options/cache-options.ts";
export type { DurationInput } from "./options/checks.ts";
export type { KnownIdsInput, NamespaceOptions } from "./options/namespace-options.ts";
export type {
  BeginRequest,
  Begun,
  Fill,
  FillOutcome,
  Payload,
  SharedTier,
  StoredValue,
  TierClaims,
  TierRead,
  TierStamp,
} from "./tiers/tier.ts";
export { cloneValue } from "./values/clone.ts";
export { decodeValue, encodeValue, type PayloadCodec } from "./values/codec.ts";
export type { CompressionOptions, CompressionSample, Lz4 } from "./values/compression.ts";
export { type Protected, type Protection, protectValue } from "./values/protect.ts";
export { type RawBody, type RawBodyOptions, rawBody } from "./values/raw-body.ts";
export { sizeOf } from "./values/size-of.ts";
export {
  keepPopularity,
  loadPopularity,
  type PopularityKeeper,
  type PopularityKeeping,
  type PopularityLoad,
  savePopularity,
} from "./warming/popularity-file.ts";
export type {
  LeftOutReason,
  RestoreOptions,
  RestoreReport,
} from "./warming/snapshot/restore-options.ts";
export { restoreSnapshot, saveSnapshot } from "./warming/snapshot/snapshot-file.ts";
export type {
  WarmableOptions,
  WarmLoader,
  WarmOptions,
  WarmProgress,
  WarmReport,
  WarmTarget,
  WarmTargets,
} from "./warming/warm-options.ts";
