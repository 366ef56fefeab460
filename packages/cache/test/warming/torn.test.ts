import fc from "fast-check";
import { expect, test } from "vitest";
import type { Cache } from "../../src/cache.ts";
import { FrameReader } from "../../src/warming/snapshot/frames.ts";
import { openCache } from "../core/support/caches.ts";
import { collect, stream } from "./support/collect.ts";

const EXACT = { ttl: 60_000, jitter: 0, refreshAhead: 0 } as const;
const IDS = [0, 1, 2];
const userOf = (id: number): object => ({ id, name: `user ${id}`, since: new Date(id) });

async function smallSnapshot(): Promise<Buffer> {
  const { cache } = openCache();
  const users = cache.namespace("user", EXACT);
  for (const id of IDS) await users.getOrLoad(id, () => userOf(id), { tags: [`t${id % 2}`] });
  return collect(cache.snapshot());
}

/** Restores into an empty cache; whatever is there then must be right. */
async function restoreFrom(
  bytes: Buffer,
  chunkBytes = 50,
): Promise<{ there: number; ended: string }> {
  const { cache } = openCache();
  cache.namespace("user", EXACT);
  const { ended, restored } = await cache.restore(stream(bytes, chunkBytes));
  const there = checkValues(cache);
  await cache.close();
  expect(restored).toBe(there);
  return { there, ended };
}

function checkValues(cache: Cache): number {
  let there = 0;
  for (const id of IDS) {
    const read = cache.namespace("user").peek(id);
    if (read === undefined) continue;
    expect(read).toEqual(userOf(id));
    there += 1;
  }
  return there;
}

test("a snapshot that was cut off anywhere gives what was whole", async () => {
  const snapshot = await smallSnapshot();
  const found: number[] = [];
  for (let length = 0; length < snapshot.length; length += 1) {
    const { there, ended } = await restoreFrom(snapshot.subarray(0, length));
    expect(ended).toBe(length < 8 ? "not a snapshot" : "torn");
    found.push(there);
  }
  expect(found).toEqual(found.toSorted((a, b) => a - b));
  expect(new Set(found)).toEqual(new Set([0, ...IDS.map((id) => id + 1)]));
  expect(await restoreFrom(snapshot)).toEqual({ there: 3, ended: "complete" });
});

test("a snapshot of which any byte was changed gives nothing that was not in it", async () => {
  const snapshot = await smallSnapshot();
  const any = fc.record({
    at: fc.nat(snapshot.length - 1),
    by: fc.integer({ min: 1, max: 255 }),
    chunkBytes: fc.integer({ min: 1, max: 2_000 }),
  });
  await fc.assert(
    fc.asyncProperty(any, async ({ at, by, chunkBytes }) => {
      const damaged = Buffer.from(snapshot);
      damaged[at] = (damaged[at] ?? 0) ^ by;
      const { ended } = await restoreFrom(damaged, chunkBytes);
      expect(ended).not.toBe("complete");
    }),
    { numRuns: 200 },
  );
});

test("bytes that nobody wrote are no snapshot, whatever they are", async () => {
  const head = Buffer.from("SGCSNAP\u0001", "latin1");
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 500 }), fc.boolean(), async (bytes, hasHead) => {
      const all = hasHead ? Buffer.concat([head, bytes]) : Buffer.from(bytes);
      expect((await restoreFrom(all)).there).toBe(0);
    }),
    { numRuns: 200 },
  );
});

test("a source that fails halfway counts as torn there", async () => {
  const snapshot = await smallSnapshot();
  async function* failing(): AsyncGenerator<Buffer> {
    yield snapshot.subarray(0, snapshot.length / 2);
    throw new Error("the disk is gone");
  }
  const { cache } = openCache();
  cache.namespace("user", EXACT);
  const report = await cache.restore(failing());
  expect(report.ended).toBe("torn");
  expect(checkValues(cache)).toBe(report.restored);
  expect(report.restored).toBeGreaterThan(0);
});

test("a length that was damaged is not believed", async () => {
  const snapshot = await smallSnapshot();
  snapshot.writeUInt32LE(2 ** 31, 8);
  let asked = 0;
  async function* endless(): AsyncGenerator<Buffer> {
    yield snapshot;
    for (;;) {
      asked += 1;
      yield Buffer.alloc(1_000);
    }
  }
  const frames = new FrameReader(endless());
  for await (const _ of frames.bodies()) throw new Error("there is none");
  expect(frames.end).toBe("torn");
  expect(asked).toBe(0);
});
