import type { StoredValue, TierRead } from "../tier.ts";
import type { EpochTable } from "./epoch-table.ts";
import { ValueReader } from "./value-header.ts";

/** `undecided`: it has tags that nobody expected; they are wanted in the table now. */
export type Judgement = StoredValue | "none" | "undecided";

/**
 * Whether a value found in Redis may be given out: it is of the server's generation, and no epoch of its tags is missing
 * or newer than its stamp. Bytes that cannot be read are no value.
 */
export function judge(
  found: unknown,
  read: TierRead,
  epochs: EpochTable,
  generation: string,
  serverNowMs: number,
): Judgement {
  if (!Buffer.isBuffer(found)) return "none";
  const value = new ValueReader(found);
  if (!value.isReadable || !value.isOf(generation)) return "none";
  const tags = judgeTags(value, read.tags, epochs);
  if (tags === "none" || tags === "undecided") return tags;
  const payload = value.payload();
  if (payload === undefined) return "none";
  const { ttlMs, filledAtMs, beganAtMs } = value;
  return {
    payload,
    tags,
    // The two sides know the server's clock only roughly: no value is younger than at its fill, or fresher than its time to live.
    ageMs: Math.max(filledAtMs, serverNowMs) - beganAtMs,
    freshMs: Math.min(ttlMs, filledAtMs + ttlMs - serverNowMs),
    loadMs: value.loadMs,
  };
}

function judgeTags(
  value: ValueReader,
  expected: readonly string[],
  epochs: EpochTable,
): readonly string[] | "none" | "undecided" {
  const { number, tagCount } = value;
  let isAsExpected = tagCount === expected.length;
  let isDecided = true;
  let tags: string[] | undefined;
  for (let index = 0; index < tagCount; index += 1) {
    const tag = value.nextTag(expected[index]);
    if (tag === undefined) return "none";
    isAsExpected &&= tag === expected[index];
    if (!isAsExpected) {
      tags ??= expected.slice(0, index);
      tags.push(tag);
    }
    const epoch = epochs.numberOf(tag);
    if (epoch === undefined) {
      epochs.want(tag);
      isDecided = false;
    } else if (!(epoch <= number)) {
      return "none";
    }
  }
  if (!isDecided) return "undecided";
  return tags ?? (isAsExpected ? expected : []);
}
