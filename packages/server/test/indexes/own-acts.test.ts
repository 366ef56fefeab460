import { describe, expect, it } from "vitest";
import { actBehind, type OwnAct, type UnclaimedEvent } from "../../src/indexes/own-acts.ts";
import { aFix } from "../support/findings.ts";

const MINUTE_MS = 60_000;
const event: UnclaimedEvent = {
  id: "1",
  event: "appeared",
  indexName: "orders_user_id",
  notBeforeMs: 10 * MINUTE_MS,
  atMs: 15 * MINUTE_MS,
};

function act(change: Partial<OwnAct> = {}): OwnAct {
  const at = { startedAtMs: 11 * MINUTE_MS, endedAtMs: 12 * MINUTE_MS };
  return { id: "7", direction: "apply", fix: aFix(), ...at, ...change };
}

describe("an index that appeared", () => {
  it("was StreamGate's where it applied a fix at that time whose SQL makes it", () => {
    expect(actBehind(event, [act()])?.id).toBe("7");
  });

  it("was somebody else's where the act was at another time, or about another index", () => {
    expect(actBehind(event, [act({ endedAtMs: 8 * MINUTE_MS })])).toBeUndefined();
    expect(actBehind(event, [act({ startedAtMs: 17 * MINUTE_MS })])).toBeUndefined();
    expect(actBehind(event, [act({ fix: aFix("orders_user_id_at") })])).toBeUndefined();
  });

  it("was not made by the drop of an index of that name", () => {
    expect(actBehind(event, [act({ direction: "revert" })])).toBeUndefined();
  });
});

describe("an index that vanished", () => {
  it("was StreamGate's where it took its fix back", () => {
    const gone = { ...event, event: "vanished" };
    expect(actBehind(gone, [act(), act({ id: "8", direction: "revert" })])?.id).toBe("8");
  });
});

it("a name that must be quoted is found quoted", () => {
  const fix = aFix('"Orders.by""user"');
  const quoted = { ...event, indexName: 'Orders.by"user' };
  expect(actBehind(quoted, [act({ fix })])?.id).toBe("7");
});
