import { BentoCache, bentostore } from "bentocache";
import { memoryDriver } from "bentocache/drivers/memory";
import { redisBusDriver, redisDriver } from "bentocache/drivers/redis";
import { Redis } from "ioredis";
import type { Entry, Place } from "../plan.ts";
import type { OpenSubject, Subject } from "../subject.ts";

const TTL = "5m";
const NEAR: readonly Place[] = ["near", "near-cleared"];

/** The multi-tier set-up of bentocache.dev/docs/multi-tier: memory, Redis and the Redis bus. */
export const subject: Subject = {
  name: "bentocache",
  abilities: { places: NEAR, keepsRichValues: false, hasEverywhere: false, hasBatches: false },
  remarks: ["no batches and no everywhere; clearing a namespace is a delete"],
  open: async ({ redisPort }) => {
    // Its bus makes a connection of its own without a listener, of which ioredis complains at every fault.
    const complain = console.error;
    console.error = (...words: unknown[]) => {
      if (!String(words[0]).startsWith("[ioredis] Unhandled error event")) complain(...words);
    };
    const connect = (): Redis => {
      const client = new Redis({ host: "127.0.0.1", port: redisPort });
      client.on("error", () => undefined);
      return client;
    };
    const connection = connect();
    const bento = new BentoCache({
      default: "near",
      ttl: TTL,
      stores: {
        near: bentostore()
          .useL1Layer(memoryDriver({ maxItems: 5_000 }))
          .useL2Layer(redisDriver({ connection }))
          .useBus(redisBusDriver({ connection: connect() })),
        far: bentostore().useL2Layer(redisDriver({ connection, prefix: "far" })),
      },
    });
    const storeOf = ({ place }: Entry) => bento.use(NEAR.includes(place) ? "near" : "far");
    const open: OpenSubject = {
      read: (entry, load) =>
        storeOf(entry).getOrSet({
          key: entry.key,
          tags: [...entry.tags],
          factory: (context) => {
            const tags = [...entry.tags];
            const tag = (...more: readonly string[]): void => {
              tags.push(...more);
              context.setTags(tags);
            };
            return load({ tag });
          },
        }),
      invalidate: async ({ by, tag, entries }) => {
        const [first] = entries;
        if (by === "tag") {
          const stores = new Set(entries.map(storeOf));
          await Promise.all([...stores].map((store) => store.deleteByTag({ tags: [tag] })));
        } else if (first !== undefined) {
          await storeOf(first).deleteMany({ keys: entries.map(({ key }) => key) });
        }
      },
      set: async (entry, value) => {
        await storeOf(entry).set({ key: entry.key, value, tags: [...entry.tags] });
      },
      close: () => bento.disconnectAll(),
    };
    return open;
  },
};
