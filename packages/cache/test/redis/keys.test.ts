import fc from "fast-check";
import { expect, test } from "vitest";
import { redisKeys } from "../../src/redis/keys.ts";

const keys = redisKeys("media");
const anyText = fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)) });
const braced = fc.string({ unit: fc.constantFrom("{", "}", "a", ":", "=", " ", "\n") });

/** What a cluster hashes of a key: https://redis.io/docs/latest/operate/oss_and_stack/reference/cluster-spec/#hash-tags */
function hashed(name: string): string {
  const open = name.indexOf("{");
  const close = name.indexOf("}", open + 1);
  return open === -1 || close <= open + 1 ? name : name.slice(open + 1, close);
}

test("a value, its claim and its waiters share a slot, whatever the key is", () => {
  fc.assert(
    fc.property(fc.oneof(anyText, braced), (key) => {
      const slots = [keys.value(key), keys.claim(key), keys.waiters(key)].map(hashed);
      expect(new Set(slots).size).toBe(1);
    }),
  );
});

test("all epochs share the slot of the state, whatever the tag is", () => {
  fc.assert(
    fc.property(fc.oneof(anyText, braced), (tag) => {
      expect(hashed(keys.epoch(tag))).toBe(hashed(keys.state));
    }),
  );
});

test("two texts never share a name, in UTF-8 either", () => {
  fc.assert(
    fc.property(fc.oneof(anyText, braced), fc.oneof(anyText, braced), (one, two) => {
      fc.pre(one !== two);
      expect(Buffer.from(keys.value(one)).equals(Buffer.from(keys.value(two)))).toBe(false);
      expect(Buffer.from(keys.epoch(one)).equals(Buffer.from(keys.epoch(two)))).toBe(false);
    }),
  );
  expect(keys.value("\ud800")).not.toBe(keys.value("\ud801"));
  expect(keys.value(keys.value("x".repeat(600)))).not.toBe(keys.value("x".repeat(600)));
});

test("long keys are hashed", () => {
  expect(keys.value("x".repeat(512))).toContain("x".repeat(512));
  expect(keys.value("x".repeat(513)).length).toBeLessThan(80);
});
