import type { EdgeTagRules } from "./edge-service.ts";
import { bucketKey } from "./tag-key.ts";

/** A key of a page; `hash` is that of the tag, or of any tag of the bucket. */
export interface PageKey {
  readonly key: string;
  readonly hash: number;
}

/** What the keys take beyond the room that they have; at most zero where they fit. */
interface Excess {
  bytes: number;
  keys: number;
}

interface Bucket {
  readonly key: PageKey;
  readonly members: readonly PageKey[];
  readonly savedBytes: number;
  readonly savedKeys: number;
}

/**
 * Fewer or shorter keys that cover the same tags and fit into the header.
 *
 * The hash of a tag is a point on a line that each level cuts into 2^bits equal buckets. A bucket that
 * stands for its tags also stands for every other tag in it, so what is purged in vain grows with the
 * length of line covered. Hence level by level, finest first, and within a level those buckets first
 * that save most; all other tags keep keys of their own.
 */
export function rollUp(
  keys: readonly PageKey[],
  rules: EdgeTagRules,
  reservedBytes: number,
): readonly PageKey[] {
  const excess: Excess = {
    bytes: reservedBytes + bytesOf(keys) - rules.maxHeaderBytes,
    keys: keys.length + 1 - rules.maxKeys,
  };
  let rolled = keys;
  for (const [level, bits] of rules.bucketBits.entries()) {
    if (fits(excess)) return rolled;
    rolled = rollUpLevel(rolled, level, bits, excess);
  }
  return rolled;
}

function rollUpLevel(
  keys: readonly PageKey[],
  level: number,
  bits: number,
  excess: Excess,
): readonly PageKey[] {
  const candidates = bucketsOf(keys, level, bits).sort((a, b) =>
    excess.keys > 0
      ? b.savedKeys - a.savedKeys || b.savedBytes - a.savedBytes
      : b.savedBytes - a.savedBytes,
  );
  const replaced = new Set<PageKey>();
  const buckets: PageKey[] = [];
  for (const bucket of candidates) {
    if (fits(excess)) break;
    if (!helps(bucket, excess)) continue;
    for (const member of bucket.members) replaced.add(member);
    buckets.push(bucket.key);
    excess.bytes -= bucket.savedBytes;
    excess.keys -= bucket.savedKeys;
  }
  return [...keys.filter((key) => !replaced.has(key)), ...buckets];
}

function bucketsOf(keys: readonly PageKey[], level: number, bits: number): Bucket[] {
  const members = new Map<number, PageKey[]>();
  for (const key of keys) {
    const bucket = key.hash >>> (32 - bits);
    const present = members.get(bucket);
    if (present === undefined) members.set(bucket, [key]);
    else present.push(key);
  }
  return [...members.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const key = { key: bucketKey(level, bits, first.hash), hash: first.hash };
    const savedBytes = bytesOf(group) - bytesOf([key]);
    return [{ key, members: group, savedBytes, savedKeys: group.length - 1 }];
  });
}

function helps({ savedBytes, savedKeys }: Bucket, excess: Excess): boolean {
  return (excess.bytes > 0 && savedBytes > 0) || (excess.keys > 0 && savedKeys > 0);
}

function fits({ bytes, keys }: Excess): boolean {
  return bytes <= 0 && keys <= 0;
}

/** Each key with its separator. */
function bytesOf(keys: readonly PageKey[]): number {
  return keys.reduce((sum, { key }) => sum + key.length + 1, 0);
}
