import {
  EDGE_SERVICES,
  type EdgeService,
  EVERYTHING_KEY,
  encodeEdgeTags,
  purgeKeysFor,
} from "@streamgate/cache/edge";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

/** What the services document: separator, longest key, keys and bytes a page, characters, case. */
const DOCUMENTED = {
  varnish: {
    separator: " ",
    key: 8_000,
    keys: Infinity,
    bytes: 32_000,
    allowed: /^[!-+\--~]+$/,
    isCaseless: false,
  },
  fastly: {
    separator: " ",
    key: 1_024,
    keys: Infinity,
    bytes: 16_384,
    allowed: /^[!-~]+$/,
    isCaseless: false,
  },
  cloudflare: {
    separator: ",",
    key: 1_024,
    keys: 1_000,
    bytes: 16_384,
    allowed: /^[!-+\--~]+$/,
    isCaseless: true,
  },
  cloudfront: {
    separator: ",",
    key: 256,
    keys: 50,
    bytes: 8_192,
    allowed: /^[!-)+\--}]+$/,
    isCaseless: true,
  },
  akamai: {
    separator: ",",
    key: 128,
    keys: 128,
    bytes: 8_192,
    allowed: /^[\w&'^\-$!`#%.+~|]+$/,
    isCaseless: false,
  },
} as const;

/** The keys that a service reads from the header. */
function keysOnPage(service: EdgeService, tags: readonly string[]): ReadonlySet<string> {
  const { separator, isCaseless } = DOCUMENTED[service];
  const keys = encodeEdgeTags(service, tags).values.flatMap((line) => line.split(separator));
  return new Set(isCaseless ? keys.map((key) => key.toLowerCase()) : keys);
}

function purges(service: EdgeService, tag: string, page: ReadonlySet<string>): boolean {
  const { isCaseless } = DOCUMENTED[service];
  return purgeKeysFor(service, tag).some((key) => page.has(isCaseless ? key.toLowerCase() : key));
}

const anyTag = fc.oneof(
  fc.string({ unit: "binary", maxLength: 30 }),
  fc.string({ unit: "grapheme", maxLength: 300 }),
  fc
    .tuple(fc.constantFrom("#user:", "@user", "Product ", "a,b_"), fc.nat(99_999))
    .map(([a, b]) => a + b),
  fc.constantFrom("", "_", "_x", "_zz", "A", "a", "%41", "_41", "\ud800", "\u0000"),
);

describe.each(EDGE_SERVICES)("%s", (service) => {
  const limits = DOCUMENTED[service];

  test("every tag of a page purges it, however many there are", () => {
    const pages = fc.oneof(
      fc.uniqueArray(anyTag, { maxLength: 40 }),
      fc
        .tuple(fc.integer({ min: 40, max: 6_000 }), fc.string({ maxLength: 60 }))
        .map(([count, start]) =>
          Array.from({ length: count }, (_, position) => `${start}:${position}`),
        ),
    );
    fc.assert(
      fc.property(pages, (tags) => {
        const page = keysOnPage(service, tags);
        expect(tags.filter((tag) => !purges(service, tag, page))).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });

  test("the header keeps to the documented limits, whatever the tags are", () => {
    fc.assert(
      fc.property(fc.uniqueArray(anyTag, { maxLength: 30 }), fc.nat(5_000), (odd, count) => {
        const many = Array.from(
          { length: count },
          (_, position) => `LONG-${"ß".repeat(40)}-${position}`,
        );
        const { values } = encodeEdgeTags(service, [...odd, ...many]);
        const keys = values.flatMap((line) => line.split(limits.separator));
        expect(values.join(limits.separator).length).toBeLessThanOrEqual(limits.bytes);
        expect(keys.length).toBeLessThanOrEqual(limits.keys);
        expect(keys[0]).toBe(EVERYTHING_KEY);
        if (service !== "varnish") expect(values).toHaveLength(1);
        for (const line of values)
          expect(line.length).toBeLessThanOrEqual(service === "varnish" ? 8_000 : limits.bytes);
        for (const key of keys) {
          expect(key.length).toBeLessThanOrEqual(limits.key);
          expect(key).toMatch(limits.allowed);
        }
      }),
      { numRuns: 60 },
    );
  });

  test("a tag does not purge the page of another one, nor of one that differs in case alone", () => {
    fc.assert(
      fc.property(anyTag, anyTag, (one, other) => {
        fc.pre(Buffer.from(one).compare(Buffer.from(other)) !== 0);
        expect(purges(service, one, keysOnPage(service, [other]))).toBe(false);
      }),
      { numRuns: 2_000 },
    );
    expect(purges(service, "a", keysOnPage(service, ["A"]))).toBe(false);
  });

  test("the keys of a purge stay the same from release to release", () => {
    expect([
      encodeEdgeTags(service, ["user:7", "@user", "Größe", "x".repeat(200)]),
      purgeKeysFor(service, "user:7"),
    ]).toMatchSnapshot();
  });
});

test("a page of 2,000 tags keeps keys so fine that other tags hardly ever purge it", () => {
  const tags = Array.from({ length: 2_000 }, (_, position) => `product:${position}`);
  const strangers = Array.from({ length: 20_000 }, (_, position) => `other:${position}`);
  const page = keysOnPage("fastly", tags);
  const purgedInVain = strangers.filter((tag) => purges("fastly", tag, page)).length;
  expect(purgedInVain).toBeLessThan(400);
});
