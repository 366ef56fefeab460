import { createBufferPool, type LentBuffer } from "@streamgate/agent/workers";
import { createRegistry } from "@streamgate/telemetry";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readValue } from "../samplers/sampler-context.ts";

test("a buffer has the length that was asked for, and is used again", () => {
  const buffers = createBufferPool();
  const first = buffers.take(5_000);
  expect(first.bytes).toHaveLength(5_000);
  const { buffer } = first.bytes;
  first.release();
  const second = buffers.take(8_000);
  expect(second.bytes.buffer).toBe(buffer);
  expect(buffers.stats()).toMatchObject({ reused: 1, allocated: 1, lentBuffers: 1 });
});

test("whatever is taken and given back, nobody shares a buffer, and the bound holds", () => {
  const step = fc.oneof(
    fc.record({ take: fc.integer({ min: 0, max: 100_000 }) }),
    fc.record({ release: fc.nat(20) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const maxIdleBytes = 100_000;
      const buffers = createBufferPool({ largestBytes: 65_536, maxIdleBytes });
      const lent: LentBuffer[] = [];
      const given: LentBuffer[] = [];
      for (const each of steps) {
        if ("take" in each) lent.push(buffers.take(each.take));
        else {
          const [back] = lent.splice(each.release, 1);
          back?.release();
          if (back !== undefined) given.push(back);
          // A second time, as a careless caller would.
          given[each.release]?.release();
        }
        const places = lent.map(({ bytes }) => bytes.buffer);
        expect(new Set(places).size).toBe(places.length);
        expect(buffers.stats().lentBuffers).toBe(lent.length);
        expect(buffers.stats().idleBytes).toBeLessThanOrEqual(maxIdleBytes);
      }
    }),
  );
});

test("a second release does nothing and is counted", () => {
  const buffers = createBufferPool();
  const lent = buffers.take(10);
  lent.release();
  lent.release();
  expect(buffers.take(10).bytes.buffer).not.toBe(buffers.take(10).bytes.buffer);
  expect(buffers.stats().doubleReleases).toBe(1);
});

test("what is larger than the largest is made anew and not kept", () => {
  const buffers = createBufferPool({ largestBytes: 8_192 });
  buffers.take(10_000).release();
  expect(buffers.stats()).toMatchObject({ idleBytes: 0, allocated: 1 });
});

test("a buffer that was moved to a worker is not lent again", () => {
  const buffers = createBufferPool();
  const lent = buffers.take(4_096);
  structuredClone(lent.bytes.buffer, { transfer: [lent.bytes.buffer as ArrayBuffer] });
  lent.release();
  expect(buffers.take(4_096).bytes).toHaveLength(4_096);
  expect(buffers.stats().idleBytes).toBe(0);
});

test("what it keeps can be seen, and let go", () => {
  const registry = createRegistry();
  const buffers = createBufferPool({ registry, name: "uploads" });
  buffers.take(4_096).release();
  const labels = { pool: "uploads" };
  expect(readValue(registry, "streamgate_buffer_pool_idle_bytes", labels)).toBe(4_096);
  buffers.clear();
  expect(readValue(registry, "streamgate_buffer_pool_idle_bytes", labels)).toBe(0);
});

test.each([
  { smallestBytes: 1_000 },
  { largestBytes: 0 },
  { smallestBytes: 8_192, largestBytes: 4_096 },
  { maxIdleBytes: -1 },
])("a pool that cannot be is refused: %j", (options) => {
  expect(() => createBufferPool(options)).toThrow(/it must be/);
});

test.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
  "a size that cannot be is refused: %s",
  (size) => {
    expect(() => createBufferPool().take(size)).toThrow(/it must be/);
  },
);
