import { formatByteSize, parseByteSize } from "@streamgate/core";
import { expect, test } from "vitest";

test.each([
  ["512b", 512],
  ["8kb", 8_192],
  ["256MB", 268_435_456],
  ["1.5 gb", 1_610_612_736],
  ["2tb", 2_199_023_255_552],
])("reads %s as %d bytes", (text, bytes) => {
  expect(parseByteSize(text)).toBe(bytes);
});

test.each(["", "12", "mb", "-1mb", "1e3kb", "1pb", "1 m b"])(
  "refuses %j and says how to write it",
  (text) => {
    expect(() => parseByteSize(text)).toThrow(/write it like 512kb/);
  },
);

test.each([
  [0, "0 B"],
  [8_192, "8 kB"],
  [1_048_570, "1 MB"],
  [2_000_000, "1.91 MB"],
  [-2_048, "-2 kB"],
  [5e15, "4550 TB"],
  [Number.POSITIVE_INFINITY, "unknown"],
])("tells a person %d bytes as %s", (bytes, text) => {
  expect(formatByteSize(bytes)).toBe(text);
});
