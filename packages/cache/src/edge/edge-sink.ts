/**
 * What the cache tells when tags were invalidated: whatever stands in front of the API. The cache
 * calls it last, after memory and the shared tiers, so that the edge cannot fetch the old answer again.
 */
export interface EdgeSink {
  /** Resolves once the purge will happen even if this process dies, where the sink can promise that. */
  purge(tags: readonly string[]): Promise<void>;
  close(): Promise<void>;
}
