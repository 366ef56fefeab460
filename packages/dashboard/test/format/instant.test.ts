import { expect, test } from "vitest";
import {
  formatAge,
  formatAgo,
  formatFullInstant,
  formatInstant,
  formatTime,
  isZone,
} from "../../src/format/instant.ts";

const NOW = Date.UTC(2026, 2, 4, 14, 3, 20);

test("an instant of today is a time, of another day a date and a time, of another year a date", () => {
  expect(formatInstant(NOW, NOW, "UTC")).toBe("14:03");
  expect(formatInstant(NOW - 86_400_000, NOW, "UTC")).toBe("3 Mar 14:03");
  expect(formatInstant(NOW - 100 * 86_400_000, NOW, "UTC")).toBe("24 Nov 2025");
});

test("an instant is told in the zone of whoever looks", () => {
  expect(formatTime(NOW, "Asia/Kolkata")).toBe("19:33:20");
  expect(formatFullInstant(NOW, "America/New_York")).toBe("4 Mar 2026 09:03:20 America/New_York");
  expect(formatInstant(NOW, NOW + 11 * 3_600_000, "Europe/Berlin")).toBe("4 Mar 15:03");
});

test("UTC, which has a short cut, is told as any zone without an offset", () => {
  for (let month = 0; month < 36; month += 1) {
    const at = Date.UTC(2024, month, 1 + (month % 28), month % 24, (month * 7) % 60, month);
    expect(formatFullInstant(at, "UTC")).toBe(formatFullInstant(at, "Etc/UTC").replace("Etc/", ""));
  }
});

test("midnight is 00:00", () => {
  expect(formatTime(Date.UTC(2026, 0, 1), "UTC")).toBe("00:00:00");
});

test("what was is ago, what is to come is in", () => {
  expect(formatAgo(NOW - 2_000, NOW)).toBe("just now");
  expect(formatAgo(NOW - 59_700, NOW)).toBe("1 min ago");
  expect(formatAgo(NOW - 200_000, NOW)).toBe("3 min ago");
  expect(formatAgo(NOW + 300_000, NOW)).toBe("in 5 min");
  expect(formatAge(47 * 3_600_000)).toBe("47 h");
  expect(formatAge(50 * 3_600_000)).toBe("2 d");
});

test("an instant that is none is a dash", () => {
  expect(formatTime(Number.NaN, "UTC")).toBe("–:–:–");
});

test("a zone from a cookie is believed only where there is such a zone", () => {
  expect(isZone("Europe/Berlin")).toBe(true);
  expect(isZone("Nowhere/At_All")).toBe(false);
  expect(isZone("<script>")).toBe(false);
});
