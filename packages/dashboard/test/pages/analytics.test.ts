import { describe, expect, test } from "vitest";
import {
  anomaliesFixture,
  comparisonFixture,
  forecastsFixture,
  objectivesFixture,
  trendsFixture,
} from "../fixtures/analytics.ts";
import { fixtureApi } from "../support/fixture-api.ts";
import { renderPage } from "../support/render-page.ts";

const answers = {
  listTrends: () => trendsFixture,
  listForecasts: () => forecastsFixture,
  listAnomalies: () => anomaliesFixture,
  compareRanges: () => comparisonFixture,
  listServiceLevels: () => objectivesFixture,
};

describe("the page of analytics", () => {
  test.each([
    ["", "a day"],
    ["?tab=forecasts", "in 6 d"],
    ["?tab=anomalies", "5.4"],
    ["?tab=comparison", "0.69 (0.64 to 0.74)"],
    ["?tab=objectives", "99.9 % of the requests do not fail"],
  ])("shows %s", async (search, part) => {
    const { text } = await renderPage(`/analytics${search}`, fixtureApi(answers));
    expect(text).toContain(part);
  });

  test.each([
    ["", { ...answers, listTrends: () => ({ ...trendsFixture, items: [] }) }, "No trends yet"],
    [
      "?tab=forecasts",
      { ...answers, listForecasts: () => ({ items: [] }) },
      "Nothing can be forecast",
    ],
    [
      "?tab=anomalies",
      { ...answers, listAnomalies: () => ({ items: [] }) },
      "Nothing is unlike itself",
    ],
    ["?tab=objectives", { ...answers, listServiceLevels: () => ({ items: [] }) }, "No objectives"],
  ])("says what to do where there is nothing: %s", async (search, empty, part) => {
    expect((await renderPage(`/analytics${search}`, fixtureApi(empty))).text).toContain(part);
  });
});
