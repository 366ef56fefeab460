import { deepEqual, equal, ok } from "node:assert/strict";
import { PAYLOAD_COMPRESSIONS, PAYLOAD_FORMATS, type Payload } from "../tier.ts";
import type { TierContractCase } from "./contract-case.ts";
import { implicitTags, load, readOne, readText } from "./loads.ts";
import { rule } from "./rule.ts";

const EVERY_BYTE = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
const MEGABYTE = Buffer.alloc(1_048_576, EVERY_BYTE);

/** Characters that storages trip over, one name each; two differ only in a lone surrogate. */
const ODD_NAMES: readonly string[] = [
  "with space",
  "quote'quote\"quote`",
  "back\\slash\\u0000",
  "nul\0nul",
  "new\nline\ttab\r",
  "{brace},[bracket],(paren)",
  "percent%_*?$1",
  "žluťoučký 日本語 🦉",
  "lone \ud800 surrogate",
  "lone \ud801 surrogate",
  "NULL",
  "-1",
  `long ${"x".repeat(5_000)}`,
  `long ${"x".repeat(5_000)}y`,
  `long 🦉${"日本".repeat(2_000)}`,
];

export const ROUND_TRIP_RULES: readonly TierContractCase[] = [
  rule("bytes come back equal in every format and compression", async ({ first, second }) => {
    for (const format of PAYLOAD_FORMATS) {
      for (const compression of PAYLOAD_COMPRESSIONS) {
        const key = `shape:${format}-${compression}`;
        const payload: Payload = { format, compression, bytes: EVERY_BYTE };
        equal(await load(first, key, "", [], { payload }), "stored");
        deepEqual((await readOne(second, key))?.payload, payload);
      }
    }
  }),

  rule("no bytes and a megabyte of bytes come back equal", async ({ first, second }) => {
    for (const [key, bytes] of [
      ["size:none", Buffer.alloc(0)],
      ["size:megabyte", MEGABYTE],
    ] as const) {
      const payload: Payload = { format: "bytes", compression: "none", bytes };
      equal(await load(first, key, "", [], { payload }), "stored");
      const found = await readOne(second, key);
      ok(found?.payload.bytes.equals(bytes), `${key} came back with other bytes`);
    }
  }),

  rule("what the caller does to its bytes afterwards changes nothing", async ({ first }) => {
    const bytes = Buffer.from("mine");
    const payload: Payload = { format: "bytes", compression: "none", bytes };
    await load(first, "copy:1", "", [], { payload });
    bytes.fill(0);
    const found = await readOne(first, "copy:1");
    equal(found?.payload.bytes.toString(), "mine");
    found?.payload.bytes.fill(0);
    equal(await readText(first, "copy:1"), "mine");
  }),

  rule("all tags come back, the implicit ones too", async ({ first, second }) => {
    const tags = ["a", "b", ...ODD_NAMES];
    equal(await load(first, "tags:1", "v", tags), "stored");
    const found = await readOne(second, "tags:1", tags);
    deepEqual([...(found?.tags ?? [])].sort(), [...implicitTags("tags:1"), ...tags].sort());
  }),

  rule("keys with any characters are told apart", async ({ first, second }) => {
    for (const name of ODD_NAMES)
      equal(await load(first, `odd:${name}`, `value of ${name}`), "stored");
    const reads = ODD_NAMES.map((name) => ({
      key: `odd:${name}`,
      tags: implicitTags(`odd:${name}`),
    }));
    const found = await second.read(reads);
    for (const [index, name] of ODD_NAMES.entries()) {
      const bytes = found[index]?.payload.bytes;
      ok(
        bytes?.equals(Buffer.from(`value of ${name}`)),
        `lost under the key ${JSON.stringify(name)}`,
      );
    }
  }),

  rule("tags with any characters are told apart", async ({ first, second }) => {
    for (const [index, tag] of ODD_NAMES.entries())
      equal(await load(first, `tagged:${index}`, String(index), [tag]), "stored");
    for (const [index, tag] of ODD_NAMES.entries()) {
      equal(await readText(second, `tagged:${index}`, [tag]), String(index));
      await second.invalidate([tag]);
      equal(await readText(first, `tagged:${index}`, [tag]), undefined);
    }
  }),

  rule(
    "the variants of an id are values of their own and share its tag",
    async ({ first, second }) => {
      await load(first, "article:1:en", "English");
      await load(first, "article:1:de", "Deutsch");
      equal(await readText(second, "article:1:en"), "English");
      equal(await readText(second, "article:1:de"), "Deutsch");
      equal(await readText(second, "article:1"), undefined);
      await first.invalidate(["#article:1"]);
      equal(await readText(second, "article:1:en"), undefined);
      equal(await readText(second, "article:1:de"), undefined);
    },
  ),

  rule("what a load took comes back", async ({ first, second }) => {
    await load(first, "cost:1", "v", [], { loadMs: 250 });
    const loadMs = (await readOne(second, "cost:1"))?.loadMs ?? Number.NaN;
    ok(Math.abs(loadMs - 250) <= 1, `the load took 250 ms and came back as ${loadMs}`);
  }),
];
