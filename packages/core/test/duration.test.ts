import { formatDuration, parseDuration } from "@streamgate/core";
import { expect, test } from "vitest";

test.each([
  ["250ms", 250],
  ["30s", 30_000],
  ["5m", 300_000],
  ["1.5h", 5_400_000],
  ["7d", 604_800_000],
  [" 0s ", 0],
])("reads %s as %d milliseconds", (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(["", "5", "m", "5 m", "-5s", "1e3s", "5min", "5M", "Infinitys", "5constructor"])(
  "refuses %j and says how to write it",
  (text) => {
    expect(() => parseDuration(text)).toThrow(/write it like 250ms/);
  },
);

test.each([
  [0.0123, "12.3 µs"],
  [3.274, "3.27 ms"],
  [999.4, "999 ms"],
  [999.9, "1 s"],
  [41_230, "41.2 s"],
  [59_990, "1 min"],
  [3_599_999, "1 h"],
  [7_500_000, "2 h 5 min"],
  [-250, "-250 ms"],
  [Number.NaN, "unknown"],
])("tells a person %d ms as %s", (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});
