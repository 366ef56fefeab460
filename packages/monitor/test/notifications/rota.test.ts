import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { onCallAt, type Rota } from "../../src/notifications/on-call/rota.ts";

const BERLIN: Rota = {
  name: "backend",
  timeZone: "Europe/Berlin",
  rotation: "weekly",
  startsOn: "2026-01-05",
  people: ["ana", "ben", "cleo"],
};
const at = (text: string): number => Date.parse(text);
const personAt = (rota: Rota, text: string): string | undefined => onCallAt(rota, at(text)).person;

describe("a weekly rota", () => {
  test("passes on at its hour on the wall, in winter and in summer", () => {
    expect(personAt(BERLIN, "2026-01-12T07:59:59Z")).toBe("ana");
    expect(personAt(BERLIN, "2026-01-12T08:00:00Z")).toBe("ben");
    // Summer time: the same 09:00 is an hour earlier in UTC.
    expect(personAt(BERLIN, "2026-04-06T06:59:59Z")).toBe("ana");
    expect(personAt(BERLIN, "2026-04-06T07:00:00Z")).toBe("ben");
  });

  test("has nobody before it begins", () => {
    expect(onCallAt(BERLIN, at("2026-01-05T07:59:59Z"))).toMatchObject({
      person: undefined,
      untilMs: at("2026-01-05T08:00:00Z"),
    });
  });

  test("that begins in the middle of a week begins with its first handover", () => {
    const midweek: Rota = { ...BERLIN, startsOn: "2026-01-07" };
    expect(personAt(midweek, "2026-01-09T12:00:00Z")).toBeUndefined();
    expect(personAt(midweek, "2026-01-12T12:00:00Z")).toBe("ana");
  });

  test("without people has nobody", () => {
    expect(personAt({ ...BERLIN, people: [] }, "2026-02-01T12:00:00Z")).toBeUndefined();
  });
});

test("overrides count, the last one of several, and say until when", () => {
  const rota: Rota = {
    ...BERLIN,
    overrides: [
      { fromMs: at("2026-01-13T00:00:00Z"), toMs: at("2026-01-15T00:00:00Z"), person: "cleo" },
      { fromMs: at("2026-01-14T00:00:00Z"), toMs: at("2026-01-14T06:00:00Z") },
    ],
  };
  expect(onCallAt(rota, at("2026-01-12T12:00:00Z"))).toEqual({
    person: "ben",
    untilMs: at("2026-01-13T00:00:00Z"),
    isOverride: false,
  });
  expect(onCallAt(rota, at("2026-01-13T12:00:00Z"))).toMatchObject({
    person: "cleo",
    untilMs: at("2026-01-14T00:00:00Z"),
  });
  expect(onCallAt(rota, at("2026-01-14T03:00:00Z"))).toMatchObject({
    person: undefined,
    isOverride: true,
  });
  expect(personAt(rota, "2026-01-14T06:00:00Z")).toBe("cleo");
});

test("a daily handover in the hour that spring leaves out is at the change", () => {
  const rota: Rota = {
    ...BERLIN,
    rotation: "daily",
    handover: { time: "02:30" },
    startsOn: "2026-03-01",
  };
  const { untilMs } = onCallAt(rota, at("2026-03-28T12:00:00Z"));
  expect(new Date(untilMs).toISOString()).toBe("2026-03-29T01:00:00.000Z");
});

test.each([
  [{ timeZone: "Mars/Olympus" }, "timeZone"],
  [{ handover: { time: "9 o'clock" } }, "handover.time"],
  [{ startsOn: "soon" }, "startsOn"],
  [{ overrides: [{ fromMs: 2, toMs: 1 }] }, "overrides"],
])("%j is refused by name", (wrong, named) => {
  expect(() => onCallAt({ ...BERLIN, ...wrong }, 0)).toThrow(named);
});

test("there is always exactly one turn, it lasts until it says, and then the next one begins", () => {
  const zones = [
    "Europe/Berlin",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "UTC",
    "America/Sao_Paulo",
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...zones),
      fc.constantFrom("daily" as const, "weekly" as const),
      fc.constantFrom("00:00", "02:30", "09:00", "23:59"),
      fc.integer({ min: at("2026-01-13T00:00:00Z"), max: at("2030-01-01T00:00:00Z") }),
      (timeZone, rotation, time, nowMs) => {
        const rota: Rota = { ...BERLIN, timeZone, rotation, handover: { time } };
        const { person, untilMs } = onCallAt(rota, nowMs);
        expect(rota.people).toContain(person);
        expect(untilMs).toBeGreaterThan(nowMs);
        const days = (untilMs - nowMs) / 86_400_000;
        expect(days).toBeLessThanOrEqual(rotation === "daily" ? 1.05 : 7.05);
        expect(onCallAt(rota, untilMs - 1).person).toBe(person);
        const next = rota.people[(rota.people.indexOf(person ?? "") + 1) % rota.people.length];
        expect(onCallAt(rota, untilMs).person).toBe(next);
      },
    ),
  );
});
