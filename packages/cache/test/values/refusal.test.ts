import { describe, expect, test } from "vitest";
import { valueRefused } from "../../src/values/errors.ts";
import { type Protection, protectDecoded, protectValue } from "../../src/values/protect.ts";

class Account {
  readonly id = 1;
}

function nested(levels: number): unknown {
  let value: unknown = "bottom";
  for (let level = 0; level < levels; level++) value = { down: value };
  return value;
}

function reasonOf(protection: Protection): string {
  return protection.isStorable ? "storable" : protection.reason;
}

describe("a value is refused with the place and the kind of what is wrong", () => {
  const withExtra = Object.assign([1, 2], { total: 2 });
  const sparse: number[] = [];
  sparse[4_000_000_000] = 1;

  test.each<[string, unknown]>([
    ["$.user.save is a function", { user: { save() {} } }],
    ["$ is a function", () => 1],
    ["$[1] is a symbol", [1, Symbol("s")]],
    ["$ has a property whose key is a symbol", { [Symbol("s")]: 1 }],
    ['$["odd name"] is an instance of Account', { "odd name": new Account() }],
    ["$.error is an instance of TypeError", { error: new TypeError("no") }],
    ["$.later is an instance of Promise", { later: Promise.resolve() }],
    ["$ is an instance of WeakMap", new WeakMap()],
    ["$[0] is an instance of a class", [new (class extends Date {})()]],
    ["$ is an instance of Rows", new (class Rows extends Array {})()],
    ["$ is an instance of Bytes", new (class Bytes extends Uint8Array {})()],
    ["$ is an instance of Map", Object.create(Map.prototype)],
    ["$ is an instance of a class", Object.create({ inherited: 1 })],
    ["$ is an instance of Number", new Number(1)],
    ["$ is an instance of SharedArrayBuffer", new SharedArrayBuffer(8)],
    ["$ has properties beside its content", withExtra],
    ["$ has properties beside its content", /(a)/.exec("a")],
    ["$ has properties beside its content", Object.assign(new Date(0), { zone: "UTC" })],
    ["$ is an array with more than a million holes", sparse],
    ["$.values()[0] is a function", new Map([["k", () => 1]])],
    ["$.keys()[0] is a function", new Map([[() => 1, 1]])],
    ["$.values()[1] is a symbol", new Set([1, Symbol("s")])],
  ])("%s", (reason, value) => {
    expect(reasonOf(protectValue(value))).toBe(reason);
  });

  test("a getter is not called", () => {
    let isCalled = false;
    const value = {
      get secret(): number {
        isCalled = true;
        return 1;
      },
    };
    expect(reasonOf(protectValue([value]))).toBe("$[0].secret is a getter or setter");
    expect(isCalled).toBe(false);
  });

  test("a cycle is named where it closes", () => {
    const node: Record<string, unknown> = { id: 1 };
    node.child = { parent: node };
    expect(reasonOf(protectValue({ node }))).toBe("$.node.child.parent contains itself");
    const map = new Map<string, unknown>();
    map.set("self", [map]);
    expect(reasonOf(protectValue(map))).toBe("$.values()[0][0] contains itself");
  });

  test("one object met twice is no cycle", () => {
    const owner = { id: 1 };
    const kept = protectValue({ first: owner, second: owner });
    expect(kept).toMatchObject({ value: { first: { id: 1 }, second: { id: 1 } } });
  });

  test.each([600, 10_000, 1_000_000])(
    "%i levels of nesting are too deep, and no stack overflows",
    (levels) => {
      const protection = protectValue(nested(levels));
      expect(protection).toMatchObject({ isStorable: false, kind: "too-deep" });
      expect(protectDecoded(nested(levels))).toMatchObject({ kind: "too-deep" });
    },
  );

  test("objects that share parts to the power of two stop at the allowed size", () => {
    let value: unknown = ["leaf"];
    for (let level = 0; level < 40; level++) value = [value, value];
    const protection = protectValue(value, { maxBytes: 1_000_000 });
    expect(protection).toMatchObject({ isStorable: false, kind: "too-large" });
  });

  test("a proxy that throws is refused and not thrown through", () => {
    const trap = new Proxy(
      {},
      {
        ownKeys() {
          throw new Error("no");
        },
      },
    );
    expect(reasonOf(protectValue(trap))).toBe("$ could not be read: no");
  });

  test("the error for it says what to do", () => {
    const protection = protectValue({ run() {} });
    if (protection.isStorable) throw new Error("it is not storable");
    expect(valueRefused(protection)).toMatchObject({
      code: "SG_CACHE_VALUE_REFUSED",
      happened: "$.run is a function",
    });
  });
});
