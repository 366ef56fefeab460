import fc from "fast-check";
import { expect, test } from "vitest";
import { guardedLookup, specialKindOf } from "../../../src/notifications/http/address-guard.ts";

test("addresses of the internet are nobody's own", () => {
  for (const address of [
    "1.1.1.1",
    "93.184.216.34",
    "172.32.0.1",
    "2606:4700::1111",
    "100.128.0.1",
  ])
    expect(specialKindOf(address), address).toBeUndefined();
});

test("what is private as IPv4 is private inside IPv6, too", () => {
  const octet = fc.integer({ min: 0, max: 255 });
  fc.assert(
    fc.property(
      fc.constantFrom("10", "127", "192.168", "169.254", "172.16"),
      octet,
      octet,
      octet,
      (prefix, a, b, c) => {
        const address = [...prefix.split("."), a, b, c].slice(0, 4).join(".");
        expect(specialKindOf(address), address).toBeDefined();
        expect(specialKindOf(`::ffff:${address}`), address).toBeDefined();
      },
    ),
  );
});

test("a name that resolves into an own network is refused at the moment of the connection", async () => {
  const error = await new Promise((resolve) =>
    guardedLookup("localhost", { all: true }, (failure) => resolve(failure)),
  );
  expect(error).toMatchObject({ code: "SG_MONITOR_ADDRESS_FORBIDDEN" });
});

test("what is no address is none", () => {
  expect(specialKindOf("example.com")).toBe("no address");
});
