import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ByteReader, ByteWriter } from "../../src/series/bytes.ts";
import { packChunk, unpackChunk } from "../../src/series/chunk.ts";
import { readNumbers, writeNumbers } from "../../src/series/number-column.ts";
import { pointsOfOneKind } from "./arbitrary-points.ts";

const WINDOW_MS = 1_780_000_000_000;

describe("a column of numbers", () => {
  test("comes back to the bit, whatever the numbers are", () => {
    const numbers = fc.array(
      fc.oneof(fc.double(), fc.maxSafeInteger(), fc.integer({ min: -5, max: 5 })),
    );
    fc.assert(
      fc.property(numbers, (values) => {
        const writer = new ByteWriter();
        writeNumbers(writer, values);
        const reader = new ByteReader(writer.finish());
        const read = readNumbers(reader, values.length);
        expect(read).toHaveLength(values.length);
        expect(read.every((value, at) => Object.is(value, values[at]))).toBe(true);
        expect(reader.left).toBe(0);
      }),
    );
  });

  test("of one number a thousand times takes three bytes", () => {
    const writer = new ByteWriter();
    writeNumbers(writer, new Array<number>(1_000).fill(1_000));
    expect(writer.finish()).toHaveLength(3);
  });
});

describe("a chunk", () => {
  test("gives back the points that it was made of, of any kind", () => {
    fc.assert(
      fc.property(pointsOfOneKind, (points) => {
        const kind = points[0]?.kind ?? "gauge";
        const unpacked = unpackChunk(packChunk(kind, points, WINDOW_MS), WINDOW_MS);
        expect(unpacked).toEqual({ kind, points });
      }),
    );
  });

  test("of five minutes of a steady counter is smaller than a hundred bytes", () => {
    const points = Array.from({ length: 300 }, (_, at) => ({
      kind: "counter" as const,
      atMs: WINDOW_MS + (at + 1) * 1_000,
      spanMs: 1_000,
      increase: 17,
    }));
    expect(packChunk("counter", points, WINDOW_MS).length).toBeLessThan(100);
  });

  test("that was damaged is refused, and never read for ever", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), pointsOfOneKind, (noise, points) => {
        const whole = packChunk(points[0]?.kind ?? "gauge", points, WINDOW_MS);
        const cut = whole.subarray(0, Math.floor(whole.length / 2));
        for (const bytes of [noise, cut, Buffer.concat([Buffer.from([1, 2]), noise])]) {
          try {
            unpackChunk(bytes, WINDOW_MS);
          } catch (error) {
            expect(error).toBeInstanceOf(Error);
          }
        }
      }),
    );
  });
});
