import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { protectValue, shareValue } from "../../src/values/protect.ts";
import { sizeOf } from "../../src/values/size-of.ts";
import type { HeapSample } from "./measure-heap.ts";
import { jsonValue } from "./storable-values.ts";

const WITHIN = 0.15;

test(`estimates are within ${WITHIN * 100} % of how the heap grows`, async () => {
  const program = fileURLToPath(new URL("./measure-heap.ts", import.meta.url));
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ["--expose-gc", "--conditions=source", "--import", "tsx", program],
    { maxBuffer: 1 << 20 },
  );
  const samples = JSON.parse(stdout) as HeapSample[];
  const off = samples.filter(
    ({ estimatedBytes, measuredBytes }) => Math.abs(estimatedBytes / measuredBytes - 1) > WITHIN,
  );
  expect(samples.length).toBeGreaterThan(30);
  expect(off).toEqual([]);
}, 180_000);

test("a value by reference is measured as one that is copied", () => {
  fc.assert(
    fc.property(jsonValue, (value) => {
      // The first that has new names pays for their hidden class, on either side.
      sizeOf(value);
      protectValue(value);
      const kept = protectValue(value);
      expect(kept.isStorable && kept.sizeBytes).toBe(sizeOf(value));
    }),
  );
});

test("a value by reference may be of any kind, and cycles end", () => {
  const account = { name: "Ada", balance: 10n, notify: () => 1, self: {} };
  account.self = account;
  expect(shareValue(account)).toMatchObject({ value: account, sharing: "shared" });
  expect(sizeOf(account)).toBeGreaterThan(100);
  expect(sizeOf(account)).toBeLessThan(1000);
});

test("names that are ids are charged for, those of rows only once", () => {
  const row = (at: number): unknown => ({ [`only-here-${at}`]: 1, [`and-here-${at}`]: 2 });
  sizeOf(row(1));
  expect(sizeOf(row(2))).toBeGreaterThan(2 * sizeOf(row(1)));
});

test("what an array with holes or a getter holds is asked for nowhere", () => {
  let isCalled = false;
  const value = {
    get total(): number {
      isCalled = true;
      return 1;
    },
    items: new Array<number>(5),
    views: [new DataView(new ArrayBuffer(8)), new SharedArrayBuffer(8), /a/, new Date(0)],
  };
  expect(sizeOf(value)).toBeGreaterThan(500);
  expect(isCalled).toBe(false);
});
