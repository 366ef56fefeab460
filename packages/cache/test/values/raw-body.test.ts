import { expect, test } from "vitest";
import type { Payload } from "../../src/tiers/tier.ts";
import { encodeValue } from "../../src/values/codec.ts";
import { compressPayload } from "../../src/values/compression.ts";
import { protectValue } from "../../src/values/protect.ts";
import { rawBody } from "../../src/values/raw-body.ts";

function encoded(value: unknown): Payload {
  const kept = protectValue(value);
  if (!kept.isStorable) throw new Error(kept.reason);
  return encodeValue(kept);
}

const rows = Array.from({ length: 1000 }, (_, id) => ({ id, title: `Title ${id}` }));

test.each([
  [{ id: 1 }, '{"id":1}', "application/json; charset=utf-8"],
  ["grüße", "grüße", "text/plain; charset=utf-8"],
  [Buffer.from("raw"), "raw", "application/octet-stream"],
])("%o goes out as it lies in the tier", (value, text, contentType) => {
  const payload = encoded(value);
  const body = rawBody(payload, { acceptsBrotli: true });
  expect(body).toEqual({ body: Buffer.from(text), contentType });
  expect(body).toMatchObject({ body: payload.bytes });
});

test("what brotli packed goes out packed to those who take it", async () => {
  const payload = await compressPayload(encoded(rows));
  const body = await rawBody(payload, { acceptsBrotli: true });
  expect(body).toMatchObject({ contentEncoding: "br" });
  expect(body?.body).toBe(payload.bytes);
});

test.each([0, Number.POSITIVE_INFINITY])(
  "and unpacked to others, async from %d bytes",
  async (asyncFromBytes) => {
    const payload = await compressPayload(encoded(rows));
    const body = await rawBody(payload, { acceptsBrotli: false, asyncFromBytes });
    expect(body).not.toHaveProperty("contentEncoding");
    expect(body?.body.toString()).toBe(JSON.stringify(rows));
  },
);

test("tagged values have no body that a client could read", () => {
  expect(rawBody(encoded({ at: new Date(0) }), { acceptsBrotli: true })).toBeUndefined();
});
