import type { Order, ProbeStamp } from "./events.ts";
import type { Entry } from "./plan.ts";
import type { Stage } from "./run-schedule.ts";
import { wait } from "./source.ts";
import { makeValue, versionsIn } from "./value.ts";

const BETWEEN_WRITES_MS = 12;

/**
 * How long another process's memory serves what was invalidated: one process invalidates a key again and again, another
 * reads it at every turn of its event loop and notes when it last began a read that gave each version.
 */
export function probe(
  stage: Stage,
  order: Extract<Order, { order: "probe" }>,
): Promise<readonly ProbeStamp[]> {
  const entry: Entry = {
    place: "near",
    id: order.name,
    variant: "",
    key: `near:${order.name}`,
    rows: [],
    lateRows: [],
    tags: [],
  };
  return order.role === "writer"
    ? write(stage, entry, order.rounds)
    : read(stage, entry, order.rounds);
}

async function write(stage: Stage, entry: Entry, rounds: number): Promise<readonly ProbeStamp[]> {
  const { cache, source, stamps } = stage;
  const found: ProbeStamp[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await wait(BETWEEN_WRITES_MS);
    const version = await source.commit(entry.id);
    await cache.invalidate({ by: "key", tag: "", entries: [entry], isEverywhere: false });
    found.push({ version, atUs: stamps.nowUs() });
  }
  return found;
}

async function read(stage: Stage, entry: Entry, rounds: number): Promise<readonly ProbeStamp[]> {
  const { cache, source, stamps } = stage;
  const lastSeen = new Map<number, number>();
  const load = async (): Promise<unknown> => {
    const [version = 0] = await source.versions([entry.id]);
    return makeValue(entry.key, { [entry.id]: version }, false);
  };
  stage.loads.set(entry.key, load);
  for (let version = 0; version < rounds; ) {
    await new Promise((resolve) => setImmediate(resolve));
    const startUs = stamps.nowUs();
    const found = versionsIn(await cache.read(entry, load), entry, false);
    version = found?.[entry.id] ?? version;
    lastSeen.set(version, startUs);
  }
  return [...lastSeen].map(([version, atUs]) => ({ version, atUs }));
}
