import { expect, test } from "vitest";
import { searchLines } from "../../src/report/search-text.ts";
import { paintFor } from "../../src/report/text/paint.ts";
import type { IndexSearch } from "../../src/turn/events.ts";

const SEARCH: IndexSearch = {
  netMsPerHour: 60_000,
  boundMsPerHour: 80_000,
  gap: 0.25,
  isComplete: true,
  sizeBytes: 50 * 1024 ** 2,
  plannerCalls: 1_200,
  plannerCallsSaved: 3_400,
  timeModel: null,
  pareto: [
    {
      sizeBytes: 10 * 1024 ** 2,
      indexes: ["CREATE INDEX ON public.a USING btree (b)"],
      savedMsPerHour: 31_000,
      netMsPerHour: 30_000,
      msPerHourAfter: 90_000,
      boundMsPerHour: 40_000,
    },
  ],
};

function textOf(search: IndexSearch | null): string {
  return searchLines(search, 100, paintFor(false)).join("\n").replace(/\s+/g, " ");
}

test("the report says how far the advised set can be from the best", () => {
  expect(textOf(SEARCH)).toContain("50 MB, 1 min an hour net of writes (estimated)");
  expect(textOf(SEARCH)).toContain("at most 25 % is missed");
  expect(textOf(SEARCH)).not.toContain("ended by its limit");
  expect(textOf({ ...SEARCH, isComplete: false })).toContain("ended by its limit of time or plans");
});

test("the table tells what a smaller budget would buy", () => {
  expect(textOf(SEARCH)).toMatch(/size indexes saves an hour left of an hour at most/);
  expect(textOf(SEARCH)).toContain("10 MB 1 30 s 1.5 min 40 s");
});

test("nothing is said where no indexes were looked for", () => {
  expect(textOf(null)).toBe("");
});
