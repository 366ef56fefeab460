import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BusMessage } from "../../src/bus/bus.ts";
import { decodeMessage, encodeMessage } from "../../src/bus/redis/message-codec.ts";

const TEXT = fc.string({ unit: "binary", maxLength: 200 });
const MESSAGE: fc.Arbitrary<BusMessage> = fc
  .record(
    {
      tags: fc.array(TEXT, { maxLength: 300 }),
      added: fc.record({ namespace: TEXT, ids: fc.array(TEXT, { maxLength: 300 }) }),
    },
    { requiredKeys: ["tags"] },
  )
  .map(({ tags, added }) => (added === undefined ? { tags } : { tags, added }));

describe("The bodies of a message", () => {
  it("say together what the message said, in its order", () => {
    fc.assert(
      fc.property(MESSAGE, (message) => {
        const heard = encodeMessage(message).map(decodeMessage);
        expect(heard.flatMap((part) => part?.tags ?? [])).toEqual(message.tags);
        expect(heard.flatMap((part) => part?.added?.ids ?? [])).toEqual(message.added?.ids ?? []);
        for (const part of heard)
          expect(part?.added?.namespace ?? message.added?.namespace).toBe(message.added?.namespace);
      }),
    );
  });

  it("are one for a small message", () => {
    const message = { tags: ["#user:1", "@user"], added: { namespace: "user", ids: ["1"] } };
    expect(encodeMessage(message)).toHaveLength(1);
    expect(encodeMessage(message).map(decodeMessage)).toEqual([message]);
  });

  it("are none for a message that says nothing", () => {
    expect(encodeMessage({ tags: [] })).toEqual([]);
  });

  it("are small for many tags", () => {
    const tags = Array.from({ length: 10_000 }, (_, index) => `content:${index}`);
    for (const body of encodeMessage({ tags })) expect(body.length).toBeLessThan(10_000);
  });

  it.each([
    "",
    "x",
    "null",
    "3",
    '{"t":3}',
    '{"t":[3]}',
    '{"n":"a"}',
    '{"i":["a"]}',
    '{"n":1,"i":[]}',
  ])("are told from what others wrote: %s", (text) => {
    expect(decodeMessage(text)).toBeUndefined();
  });
});
