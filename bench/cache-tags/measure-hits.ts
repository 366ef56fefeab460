import { createCache, type Namespace } from "@streamgate/cache";
import type { BenchRow } from "../contract.ts";
import { type Contender, interleave } from "../support/interleave.ts";

const KEYS = 1_000;
const OPERATIONS = 1_000_000;
const ROUNDS = 9;
const EIGHT = ["a", "b", "c", "d", "e", "f", "g", "h"];
/** In the second comparison some other tag is invalidated once in so many hits. */
const HITS_AN_INVALIDATION = 1_000;

interface Item {
  readonly name: string;
}

export interface HitCost {
  readonly rows: readonly BenchRow[];
  /** What eight tags add to a hit, as a share, in the worse of the two comparisons. */
  readonly extra: number;
}

/** Hits of entries with eight tags against hits of entries with none: in peace, and while other tags are invalidated all the time. */
export async function measureHits(): Promise<HitCost> {
  const keys = Array.from({ length: KEYS }, (_, number) => `item-${number}`);
  const cache = createCache();
  const bare = cache.namespace<Item>("bare");
  const tagged = cache.namespace<Item>("tagged");
  const other = cache.namespace<Item>("other");
  await other.getOrLoad("one", () => ({ name: "one" }), { tags: ["other"] });
  for (const name of keys) {
    await bare.getOrLoad(name, () => ({ name }));
    await tagged.getOrLoad(name, () => ({ name }), { tags: EIGHT });
  }
  const peaceful = (subject: string, namespace: Namespace<Item>): Contender => ({
    subject,
    operations: OPERATIONS,
    run: () => readAll(namespace, keys),
  });
  const disturbed = (subject: string, namespace: Namespace<Item>): Contender => ({
    subject,
    operations: OPERATIONS,
    run: async () => {
      let found = 0;
      for (let lot = 0; lot < OPERATIONS / HITS_AN_INVALIDATION; lot += 1) {
        found += readSome(namespace, keys, HITS_AN_INVALIDATION);
        await cache.invalidate({ tags: ["other"] });
      }
      return found;
    },
  });
  const inPeace = await interleave([peaceful("no tags", bare), peaceful("8 tags", tagged)], {
    metric: "hit, nothing invalidated",
    rounds: ROUNDS,
    against: "no tags",
  });
  const amid = await interleave([disturbed("no tags", bare), disturbed("8 tags", tagged)], {
    metric: `hit, another tag invalidated every ${HITS_AN_INVALIDATION} hits`,
    rounds: ROUNDS,
    against: "no tags",
  });
  await cache.close();
  const extraOf = (rows: readonly BenchRow[]): number =>
    (rows.find(({ subject }) => subject === "8 tags")?.ratio ?? Number.NaN) - 1;
  return { rows: [...inPeace, ...amid], extra: Math.max(extraOf(inPeace), extraOf(amid)) };
}

function readAll(namespace: Namespace<Item>, keys: readonly string[]): number {
  return readSome(namespace, keys, OPERATIONS);
}

function readSome(namespace: Namespace<Item>, keys: readonly string[], count: number): number {
  const load = (): Item => ({ name: "" });
  let found = 0;
  for (let place = 0; place < count; place += 1) {
    const item = namespace.getOrLoad(keys[place % KEYS] ?? "", load);
    if (!(item instanceof Promise) && item.name !== "") found += 1;
  }
  return found;
}
