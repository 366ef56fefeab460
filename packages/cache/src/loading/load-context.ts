/** What a loader is told, and may tell. */
export interface LoadContext {
  /** Aborted when the load is given up. */
  readonly signal: AbortSignal;
  /**
   * Names tags that only the loader can know, such as the owner of the row that it read. A tag that no tier knew before
   * this load costs one more load the next time: the value must not be stored under an epoch drawn after it was read.
   */
  tag(...tags: readonly string[]): void;
}

/** Gets one value from its source; called at most once at a time for a key. */
export type Loader<Value> = (context: LoadContext) => Promise<Value> | Value;
