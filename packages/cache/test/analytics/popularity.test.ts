import { expect, test } from "vitest";
import { Popularity } from "../../src/analytics/popularity.ts";
import { ManualClock } from "../bloom/manual-clock.ts";

test("ids rank by uses times the cost of a load", () => {
  const popularity = new Popularity({ clock: new ManualClock() });
  popularity.used("often and cheap", 100, 1);
  popularity.used("seldom and dear", 10, 50);
  popularity.used("neither", 5, 1);
  expect(popularity.top(2)).toEqual([
    { id: "seldom and dear", worthMs: 500 },
    { id: "often and cheap", worthMs: 100 },
  ]);
});

test("what was popular fades by half in each half-life", () => {
  const clock = new ManualClock();
  const popularity = new Popularity({ clock, halfLifeMs: 1_000 });
  popularity.used("yesterday", 100, 1);
  clock.nowMs += 3_500;
  popularity.used("today", 20, 1);
  expect(popularity.top(2)).toEqual([
    { id: "today", worthMs: 20 },
    { id: "yesterday", worthMs: 12.5 },
  ]);
});

test("a scan over cold ids leaves the popular ones on top", () => {
  const popularity = new Popularity({ clock: new ManualClock(), capacity: 50 });
  for (let round = 0; round < 100; round += 1) {
    for (let id = 0; id < 10; id += 1) popularity.used(`hot:${id}`, 32, 5);
  }
  for (let id = 0; id < 5_000; id += 1) popularity.used(`cold:${id}`, 1, 5);
  expect(popularity.top(10).every(({ id }) => id.startsWith("hot:"))).toBe(true);
});

test("it comes back from its JSON after a restart, and adds to what is new", () => {
  const clock = new ManualClock();
  const before = new Popularity({ clock });
  before.used("a", 10, 2);
  const kept = JSON.stringify(before);

  const after = new Popularity({ clock });
  after.used("b", 30, 2);
  expect(after.restore(JSON.parse(kept))).toBe(true);
  expect(after.top(5)).toEqual([
    { id: "b", worthMs: 60 },
    { id: "a", worthMs: 20 },
  ]);
});

test("what is no record of popularity is refused and changes nothing", () => {
  const popularity = new Popularity({ clock: new ManualClock() });
  const broken: readonly unknown[] = [
    null,
    "text",
    {},
    { version: 2, total: 1, ids: [] },
    { version: 1, total: 1, ids: [["a", "1", 0]] },
    { version: 1, total: 1, ids: [["a", -1, 0]] },
    { version: 1, total: Number.NaN, ids: [] },
  ];
  expect(broken.map((record) => popularity.restore(record))).toEqual(broken.map(() => false));
  expect(popularity.top(5)).toEqual([]);
});
