import type { EdgePurger } from "../purger.ts";
import { EVERYTHING_KEY, purgeKeysFor } from "../tag-key.ts";

/** What is to be purged: a tag, or {@link EVERYTHING}. A tag of the same text purges too much, never too little. */
export type PurgeTarget = string;

export const EVERYTHING: PurgeTarget = "\u0000everything";

/** Quotes and a separator round each key, as in {@link EdgePurger.batch}. */
const BYTES_AROUND_KEY = 3;

export interface PurgeBatch {
  /** The targets with their keys. */
  readonly keysOfTarget: ReadonlyMap<PurgeTarget, readonly string[]>;
  readonly keys: readonly string[];
}

/** The first targets whose keys together fit into one request of the purger; at least one target. */
export function takeBatch(
  targets: Iterable<PurgeTarget>,
  { service, batch }: Pick<EdgePurger, "service" | "batch">,
): PurgeBatch {
  const keysOfTarget = new Map<PurgeTarget, readonly string[]>();
  const keys = new Set<string>();
  let bytes = 0;
  for (const target of targets) {
    const ofTarget = target === EVERYTHING ? [EVERYTHING_KEY] : purgeKeysFor(service, target);
    const added = ofTarget.filter((key) => !keys.has(key));
    bytes += added.reduce((sum, key) => sum + key.length + BYTES_AROUND_KEY, 0);
    const isFull = keys.size + added.length > batch.maxKeys || bytes > batch.maxBytes;
    if (isFull && keysOfTarget.size > 0) break;
    for (const key of added) keys.add(key);
    keysOfTarget.set(target, ofTarget);
  }
  return { keysOfTarget, keys: [...keys] };
}
