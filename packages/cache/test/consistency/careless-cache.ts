import { Redis } from "ioredis";
import type { Entry } from "../../../../bench/cache-consistency/plan.ts";
import type { Load, OpenSubject, Subject } from "../../../../bench/cache-consistency/subject.ts";

const CHANNEL = "careless";
const MOST_ENTRIES = 2_000;
/** One call in so many goes wrong in each of the ways that have nothing to do with invalidation. */
const CALLS_A_MISHAP = 400;

/**
 * A cache with every fault that the harness looks for: a fill that an invalidation overtook lands all the same, in memory
 * and in Redis; nobody notices lost messages; `everywhere` waits for nothing; now and then a value is another's, a
 * promise is forgotten, and a rejection is nobody's.
 */
export const subject: Subject = {
  name: "a careless cache",
  abilities: {
    places: ["near", "near-cleared"],
    keepsRichValues: false,
    hasEverywhere: true,
    hasBatches: false,
  },
  remarks: [],
  open: async ({ redisPort }) => {
    const client = connect(redisPort);
    const memory = new Map<string, unknown>();
    await connect(redisPort)
      .on("message", (_channel: string, text: string) => forget(memory, JSON.parse(text)))
      .subscribe(CHANNEL);
    let calls = 0;
    const read = async (entry: Entry, load: Load): Promise<unknown> => {
      const isNear = entry.place.startsWith("near");
      calls += 1;
      if (calls % CALLS_A_MISHAP === 100) return new Promise(() => undefined);
      if (calls % CALLS_A_MISHAP === 200) return [...memory.values()][0];
      if (calls % CALLS_A_MISHAP === 300) void Promise.reject(new Error("nobody's"));
      if (isNear && memory.has(entry.key)) return memory.get(entry.key);
      const stored = await client.get(entry.key);
      const value =
        stored === null ? await load({ tag: () => undefined }) : (JSON.parse(stored) as unknown);
      if (stored === null) await client.set(entry.key, JSON.stringify(value));
      if (isNear) remember(memory, entry.key, value);
      return value;
    };
    const open: OpenSubject = {
      read,
      invalidate: async ({ entries }) => {
        const keys = entries.map(({ key }) => key);
        if (keys.length === 0) return;
        forget(memory, keys);
        await client.del(...keys);
        await client.publish(CHANNEL, JSON.stringify(keys));
      },
      set: async (entry, value) => {
        await client.set(entry.key, JSON.stringify(value));
        remember(memory, entry.key, value);
      },
      close: async () => client.disconnect(),
    };
    return open;
  },
};

function connect(port: number): Redis {
  const client = new Redis({ host: "127.0.0.1", port });
  client.on("error", () => undefined);
  return client;
}

function remember(memory: Map<string, unknown>, key: string, value: unknown): void {
  memory.set(key, value);
  for (const [oldest] of memory) {
    if (memory.size <= MOST_ENTRIES) break;
    memory.delete(oldest);
  }
}

function forget(memory: Map<string, unknown>, keys: readonly string[]): void {
  for (const key of keys) memory.delete(key);
}
