import {
  formatTraceparent,
  parseTraceContext,
  parseTraceState,
} from "@streamgate/telemetry/tracing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

const TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
const SPAN = "00f067aa0ba902b7";

test("the example of the specification is read and written back", () => {
  const context = parseTraceContext(
    `00-${TRACE}-${SPAN}-01`,
    "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE",
  );
  expect(context).toEqual({
    traceId: TRACE,
    spanId: SPAN,
    flags: 1,
    state: "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE",
  });
  expect(context && formatTraceparent(context)).toBe(`00-${TRACE}-${SPAN}-01`);
});

test("what is written is read back, whatever the ids and flags", () => {
  const hex = (digits: number) =>
    fc
      .array(fc.integer({ min: 0, max: 15 }), { minLength: digits, maxLength: digits })
      .filter((values) => values.some((value) => value > 0))
      .map((values) => values.map((value) => value.toString(16)).join(""));
  fc.assert(
    fc.property(hex(32), hex(16), fc.integer({ min: 0, max: 3 }), (traceId, spanId, flags) => {
      const context = { traceId, spanId, flags, state: "" };
      expect(parseTraceContext(formatTraceparent(context))).toEqual(context);
    }),
  );
});

describe("a trace of our own begins where the header", () => {
  test.each([
    ["is missing", undefined],
    ["is empty", ""],
    ["has the forbidden version ff", `ff-${TRACE}-${SPAN}-01`],
    ["has upper-case digits", `00-${TRACE.toUpperCase()}-${SPAN}-01`],
    ["has a trace id of zeros", `00-${"0".repeat(32)}-${SPAN}-01`],
    ["has a span id of zeros", `00-${TRACE}-${"0".repeat(16)}-01`],
    ["has a short trace id", `00-${TRACE.slice(1)}-${SPAN}-01`],
    ["has flags that are no digits", `00-${TRACE}-${SPAN}-0g`],
    ["is of version 00 and goes on", `00-${TRACE}-${SPAN}-01-what`],
    ["goes on without a dash", `01-${TRACE}-${SPAN}-01what`],
    ["came twice", `00-${TRACE}-${SPAN}-01, 00-${TRACE}-${SPAN}-01`],
    ["has blanks before it", ` 00-${TRACE}-${SPAN}-01`],
    ["has a line break in it", `00-${TRACE}-${SPAN}-01\n`],
    ["is a megabyte", `01-${TRACE}-${SPAN}-01-${"x".repeat(1_000_000)}`],
  ])("%s", (_what, header) => {
    expect(parseTraceContext(header)).toBeUndefined();
  });
});

test("a later version is read as far as it is known", () => {
  const context = parseTraceContext(`cc-${TRACE}-${SPAN}-ff-what-the-future-will-be-like`);
  expect(context).toMatchObject({ traceId: TRACE, spanId: SPAN, flags: 0b11 });
});

test("no header, however odd, makes the reader throw", () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (traceparent, tracestate) => {
      parseTraceContext(traceparent, tracestate);
      parseTraceContext(`00-${TRACE}-${SPAN}-01`, tracestate);
    }),
  );
});

describe("tracestate", () => {
  test.each([
    ["vendor=1, other=2", "vendor=1,other=2"],
    ["vendor=1,,\t,other=2,", "vendor=1,other=2"],
    ["tenant@system=a b", "tenant@system=a b"],
    ["0tenant@system=x", "0tenant@system=x"],
  ])("%j is carried along as %j", (given, carried) => {
    expect(parseTraceState(given)).toBe(carried);
  });

  test.each([
    ["a key twice", "vendor=1,vendor=2"],
    ["an upper-case key", "Vendor=1"],
    ["a key that begins with a digit and has no tenant", "0vendor=1"],
    ["no value", "vendor="],
    ["no key", "=1"],
    ["an equals sign in the value", "vendor=1=2"],
    ["a control character", "vendor=a\u0001b"],
    ["a key too long", `${"k".repeat(257)}=1`],
    ["a value too long", `vendor=${"v".repeat(257)}`],
    ["more members than allowed", Array.from({ length: 33 }, (_, at) => `k${at}=1`).join(",")],
    ["a megabyte", `vendor=${"v".repeat(1_000_000)}`],
  ])("with %s is dropped, and the trace goes on", (_what, state) => {
    expect(parseTraceContext(`00-${TRACE}-${SPAN}-00`, state)).toMatchObject({ state: "" });
  });

  test("longer than 512 characters loses whole members from the right", () => {
    const members = Array.from({ length: 30 }, (_, at) => `k${at}=${"v".repeat(40)}`);
    const carried = parseTraceState(members.join(","));
    expect(carried.length).toBeLessThanOrEqual(512);
    expect(members.join(",").startsWith(`${carried},`)).toBe(true);
  });
});
