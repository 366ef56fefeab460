import { redisAnswerUnreadable } from "../../redis/errors.ts";
import type { RedisKeys } from "../../redis/keys.ts";
import type { RedisSession, VerifiedServer } from "../../redis/session.ts";
import type { StoredValue, TierRead } from "../tier.ts";
import { EpochTable } from "./epoch-table.ts";
import type { Fetch } from "./fetch.ts";
import { type Judgement, judge } from "./judge.ts";

export type Found = readonly (StoredValue | undefined)[];

/** What a batch of reads needs. */
export interface ReadBatchParts {
  readonly keys: RedisKeys;
  readonly session: RedisSession;
  readonly fetch: Fetch;
}

/**
 * Reads values with the epochs of the tags that their readers expect. Tags that nobody expected, but which a value has, cost a
 * second trip for their epochs.
 */
export async function readBatch(
  { keys, session, fetch }: ReadBatchParts,
  reads: readonly TierRead[],
  server: VerifiedServer,
): Promise<Found> {
  const { generation } = server;
  const epochs = new EpochTable();
  const values: string[] = [];
  for (const { key, tags } of reads) {
    values.push(keys.value(key));
    for (const tag of tags) epochs.want(tag);
  }
  const expected = epochs.tags.length;
  const answer = await fetch(values, epochs.tags.map(keys.epoch), server);
  if (!Array.isArray(answer)) throw redisAnswerUnreadable("read values from Redis");
  epochs.note(0, answer, values.length, generation);

  const nowMs = session.serverNowMs();
  const found: (StoredValue | undefined)[] = [];
  const undecided: number[] = [];
  for (const [index, read] of reads.entries()) {
    const judgement = judge(answer[index], read, epochs, generation, nowMs);
    if (judgement === "undecided") undecided.push(index);
    found.push(foundOf(judgement));
  }
  if (undecided.length === 0) return found;

  const unexpected = epochs.tags.slice(expected).map(keys.epoch);
  const numbers = await fetch([], unexpected, server);
  if (!Array.isArray(numbers)) throw redisAnswerUnreadable("read epochs from Redis");
  epochs.note(expected, numbers, 0, generation);
  for (const index of undecided) {
    const read = reads[index];
    if (read === undefined) continue;
    found[index] = foundOf(judge(answer[index], read, epochs, generation, nowMs));
  }
  return found;
}

function foundOf(judgement: Judgement): StoredValue | undefined {
  return typeof judgement === "string" ? undefined : judgement;
}
