import { createHash } from "node:crypto";
import type { RedisClient } from "./client.ts";

/** A Lua script that is sent by its digest, and whole when the server does not know it. */
export interface RedisScript {
  readonly text: string;
  readonly digest: string;
}

export function redisScript(text: string): RedisScript {
  return { text, digest: createHash("sha1").update(text).digest("hex") };
}

/** Runs a script; strings in its answer come as Buffers. On a cluster all keys must lie in one slot. */
export async function runScript(
  client: RedisClient,
  script: RedisScript,
  keys: readonly string[],
  args: readonly (string | Buffer | number)[],
): Promise<unknown> {
  const parameters = [keys.length, ...keys, ...args];
  try {
    const sent = client.evalshaBuffer?.(script.digest, ...parameters);
    return await (sent ?? client.callBuffer("EVALSHA", script.digest, ...parameters));
  } catch (error) {
    if (!(error instanceof Error) || !error.message.startsWith("NOSCRIPT")) throw error;
    const sent = client.evalBuffer?.(script.text, ...parameters);
    return sent ?? client.callBuffer("EVAL", script.text, ...parameters);
  }
}
