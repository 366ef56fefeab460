import { createHash } from "node:crypto";
import { EDGE_TAG_RULES, type EdgeService, type EdgeTagRules } from "./edge-service.ts";

/** Every page carries this key, so that all of them can be purged at once. */
export const EVERYTHING_KEY = "_x";

/** Shorter than the shortest limit of any service (Akamai's 128 characters). */
const LONGEST_KEY = 100;
const HASHED_KEY_DIGITS = 32;
const LEVEL_LETTERS = "pqrs";

/**
 * The key of one tag. Different tags have different keys: bytes outside the service's alphabet become
 * `_` and two hexadecimal digits (`_` itself and, where case does not count, capitals too), a key that
 * would be too long becomes `_h` and 128 bits of its SHA-256. Forms of `_` and a letter after `f` are
 * thus free for {@link EVERYTHING_KEY} and for buckets.
 */
export function keyOfTag(rules: EdgeTagRules, tag: string): string {
  if (tag.length <= LONGEST_KEY && rules.literal.test(tag)) return tag;
  if (tag === "") return "_z";
  if (tag.length > LONGEST_KEY) return hashedKey(tag);
  let key = "";
  for (const byte of Buffer.from(tag, "utf8")) {
    const character = String.fromCharCode(byte);
    key += rules.literal.test(character) ? character : `_${byte.toString(16).padStart(2, "0")}`;
  }
  return key.length > LONGEST_KEY ? hashedKey(tag) : key;
}

function hashedKey(tag: string): string {
  return `_h${createHash("sha256").update(tag).digest("hex").slice(0, HASHED_KEY_DIGITS)}`;
}

/** The key of the bucket of a hash at a level: `_`, the level's letter, the hash's highest bits. */
export function bucketKey(level: number, bits: number, hash: number): string {
  return `_${LEVEL_LETTERS.charAt(level)}${(hash >>> (32 - bits)).toString(36)}`;
}

/** 32 well-mixed bits of a tag: FNV-1a over its code units, finished by MurmurHash3's fmix32. */
export function hashOfTag(tag: string): number {
  let hash = 0x811c9dc5;
  for (let position = 0; position < tag.length; position += 1) {
    hash = Math.imul(hash ^ tag.charCodeAt(position), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/**
 * The keys to purge when a tag was invalidated: its own, and its bucket's of every level, because a page
 * with many tags carries buckets in their place.
 *
 * Whatever a page's tag set, one of the keys of each of its tags is in the header that
 * `encodeEdgeTags` makes: no page is left behind.
 *
 * @returns 3 keys for CloudFront, 4 for every other service
 * @example
 * ```ts
 * import { purgeKeysFor } from "@streamgate/cache/edge";
 * purgeKeysFor("fastly", "user:7"); // ["user:7", "_p…", "_q…", "_r…"]
 * ```
 */
export function purgeKeysFor(service: EdgeService, tag: string): readonly string[] {
  const rules = EDGE_TAG_RULES[service];
  const hash = hashOfTag(tag);
  const buckets = rules.bucketBits.map((bits, level) => bucketKey(level, bits, hash));
  return [keyOfTag(rules, tag), ...buckets];
}
