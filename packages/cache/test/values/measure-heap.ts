/** Started with --expose-gc by size-of.test.ts: prints what values took and what was estimated, as JSON. */
import { setImmediate } from "node:timers/promises";
import { decodeValue, encodeValue } from "../../src/values/codec.ts";
import { protectDecoded, protectValue } from "../../src/values/protect.ts";

export interface HeapSample {
  readonly name: string;
  readonly estimatedBytes: number;
  readonly measuredBytes: number;
  readonly othersHeld: number;
}

type Keep = (value: unknown) => { readonly value: unknown; readonly sizeBytes: number };

function protect(value: unknown): ReturnType<Keep> {
  const kept = protectValue(value);
  if (!kept.isStorable) throw new Error(kept.reason);
  return kept;
}

function decode(value: unknown): ReturnType<Keep> {
  const kept = protectDecoded(decodeValue(encodeValue({ value, isPlainJson: false })));
  if (!kept.isStorable) throw new Error(kept.reason);
  return kept;
}

function fresh(text: string): string {
  return Buffer.from(text).toString();
}

function columns(count: number, at: number): Record<string, unknown> {
  return Object.fromEntries(
    Array.from({ length: count }, (_, column) => [`column${count}_${column}`, at + column]),
  );
}

const SUBJECTS: Readonly<Record<string, (at: number) => unknown>> = {
  "one-byte strings of 12": (at) => fresh(`${100_000_000_000 + at}`),
  "one-byte strings of 1000": (at) => fresh("ü".repeat(990) + (1_000_000_000 + at)),
  "two-byte strings of 1000": (at) => fresh("Ж".repeat(990) + (1_000_000_000 + at)),
  "objects of 3 numbers": (at) => ({ id: at, price: at + 0.25, views: at * 3_000_000 }),
  "objects of 9 columns": (at) => columns(9, at),
  "objects of 24 columns": (at) => columns(24, at),
  "objects of 100 columns": (at) => columns(100, at),
  "objects by 20 ids": (at) =>
    Object.fromEntries(Array.from({ length: 20 }, (_, id) => [`account-${at}-${id}`, id])),
  "objects by 300 ids": (at) =>
    Object.fromEntries(Array.from({ length: 300 }, (_, id) => [`user-${at}-${id}`, id])),
  "objects by 60 whole numbers": (at) =>
    Object.fromEntries(Array.from({ length: 60 }, (_, id) => [id + 1, at > 0])),
  "rows of 1 KB": (at) => ({
    id: at,
    uuid: fresh(`550e8400-e29b-41d4-a716-${100_000_000_000 + at}`),
    title: fresh(`Title of the work number ${1_000_000 + at}`),
    description: fresh(`Lorem ipsum dolor sit amet ${1_000_000 + at} `.repeat(15)),
    price: at + 0.99,
    createdAt: fresh(`2024-01-02T03:04:05.${at}Z`),
    isActive: true,
    deletedAt: null,
    tags: [fresh(`tag-number-${at}`), fresh(`another-tag-${at}`)],
    meta: { source: fresh(`import-of-${at}`), score: 0.5 + at },
  }),
  "rows with dates": (at) => ({
    id: at,
    createdAt: new Date(1.7e12 + at),
    updatedAt: new Date(1.8e12 + at),
  }),
  "lists of 20 rows": (at) =>
    Array.from({ length: 20 }, (_, row) => ({ id: row, score: at + 0.5 })),
  "arrays of 100 fractions": (at) => Array.from({ length: 100 }, (_, item) => item + at + 0.5),
  "Buffers of 100": (at) => Buffer.alloc(100, at),
  "Buffers of 5000": (at) => Buffer.alloc(5000, at),
  "typed arrays of 400": () => new Float64Array(50),
  "Maps of 40": (at) => new Map(Array.from({ length: 40 }, (_, item) => [item, at])),
  "Sets of 40": (at) => new Set(Array.from({ length: 40 }, (_, item) => item + at)),
  "BigInts of 200 bits": (at) => (1n << 200n) + BigInt(at),
};

/** The heap and what lies beside it; the least of a few looks, as caches of V8 come and go by turns. */
async function settledBytes(): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (let look = 0; look < 5; look++) {
    globalThis.gc?.();
    await setImmediate();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    least = Math.min(least, heapUsed + arrayBuffers);
  }
  return least;
}

/** Not a local: the compiler may let go of one before its function ends, or hold it longer. */
let held: unknown[] = [];
let others: unknown[] = [];

async function measure(
  name: string,
  make: (at: number) => unknown,
  keep: Keep,
): Promise<HeapSample> {
  // Where each object wants a hidden class of its own: more than V8 makes, kept until the next subject.
  const beforehand = name.includes("by 20 ids") ? 1700 : 100;
  others = Array.from({ length: beforehand }, (_, at) => keep(make(-1 - at)).value);
  // So many that what the runtime does beside weighs nothing.
  const count = Math.round(Math.min(150_000, Math.max(300, 4_000_000 / keep(make(-1)).sizeBytes)));
  held = new Array<unknown>(count).fill(undefined);
  const before = await settledBytes();
  let estimated = 0;
  for (let at = 0; at < count; at++) {
    const { value, sizeBytes } = keep(make(at));
    held[at] = value;
    estimated += sizeBytes;
  }
  const measuredBytes = ((await settledBytes()) - before) / count;
  return { name, estimatedBytes: estimated / count, measuredBytes, othersHeld: others.length };
}

const samples: HeapSample[] = [];
for (const [name, make] of Object.entries(SUBJECTS)) {
  samples.push(await measure(`${name}, loaded`, make, protect));
  samples.push(await measure(`${name}, decoded`, make, decode));
}
process.stdout.write(JSON.stringify(samples));
