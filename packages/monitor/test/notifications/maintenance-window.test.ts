import { describe, expect, test } from "vitest";
import {
  createMaintenance,
  type MaintenanceWindow,
} from "../../src/notifications/muting/maintenance-window.ts";

const NIGHTLY: MaintenanceWindow = {
  name: "backup",
  match: [{ label: "service", is: "api" }],
  timeZone: "Europe/Berlin",
  from: "02:00",
  to: "04:00",
};

/** The stretches of a day, in UTC, in which a window lasts, looked for every five minutes. */
function stretches(window: MaintenanceWindow, fromText: string, toText: string): readonly string[] {
  const maintenance = createMaintenance(window);
  const found: string[] = [];
  let began: number | undefined;
  for (let atMs = Date.parse(fromText); atMs <= Date.parse(toText); atMs += 300_000) {
    const lasts = maintenance.lastsAt(atMs);
    if (lasts && began === undefined) began = atMs;
    if (!lasts && began !== undefined) {
      const minute = (ms: number): string => new Date(ms).toISOString().slice(5, 16);
      found.push(`${minute(began)}–${minute(atMs)}`);
      began = undefined;
    }
  }
  return found;
}

describe("a nightly window in Berlin", () => {
  test("is an hour earlier in UTC in summer", () => {
    expect(stretches(NIGHTLY, "2026-01-10T00:00Z", "2026-01-10T12:00Z")).toEqual([
      "01-10T01:00–01-10T03:00",
    ]);
    expect(stretches(NIGHTLY, "2026-07-10T00:00Z", "2026-07-10T12:00Z")).toEqual([
      "07-10T00:00–07-10T02:00",
    ]);
  });

  test("lasts one hour in the night whose second hour is left out", () => {
    expect(stretches(NIGHTLY, "2026-03-29T00:00Z", "2026-03-29T12:00Z")).toEqual([
      "03-29T01:00–03-29T02:00",
    ]);
  });

  test("lasts three hours in the night whose second hour comes twice", () => {
    expect(stretches(NIGHTLY, "2026-10-25T00:00Z", "2026-10-25T12:00Z")).toEqual([
      "10-25T00:00–10-25T03:00",
    ]);
  });

  test("that begins before midnight ends on the next day, and belongs to the day of its beginning", () => {
    const window: MaintenanceWindow = { ...NIGHTLY, from: "23:00", to: "01:00", days: ["friday"] };
    expect(stretches(window, "2026-01-08T00:00Z", "2026-01-12T00:00Z")).toEqual([
      "01-09T22:00–01-10T00:00",
    ]);
  });

  test("on the first Sunday, or the last, of a month", () => {
    const sundays: MaintenanceWindow = { ...NIGHTLY, days: ["sunday"] };
    const first = { ...sundays, weeksOfMonth: [1] };
    const last = { ...sundays, weeksOfMonth: [-1] };
    expect(stretches(first, "2026-02-01T00:00Z", "2026-02-28T23:00Z")).toEqual([
      "02-01T01:00–02-01T03:00",
    ]);
    expect(stretches(last, "2026-02-01T00:00Z", "2026-02-28T23:00Z")).toEqual([
      "02-22T01:00–02-22T03:00",
    ]);
  });
});

test.each([
  [{ timeZone: "Nowhere" }, "timeZone"],
  [{ from: "25:00" }, "from"],
  [{ weeksOfMonth: [6] }, "weeksOfMonth"],
  [{ match: [{ label: "a", matches: "(" }] }, "maintenance backup"],
])("%j is refused by name", (wrong, named) => {
  expect(() => createMaintenance({ ...NIGHTLY, ...wrong })).toThrow(named);
});
