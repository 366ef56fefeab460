import { describe, expect, test } from "vitest";
import { jobsFixture, statusFixture } from "../fixtures/status.ts";
import { fixtureApi } from "../support/fixture-api.ts";
import { renderPage } from "../support/render-page.ts";

describe("the page of StreamGate itself", () => {
  test("says what it costs, how fresh its sources are, what it remembers, and what it does", async () => {
    const { text } = await renderPage(
      "/status",
      fixtureApi({
        getStatus: () => statusFixture,
        listJobs: () => jobsFixture,
      }),
    );
    for (const part of [
      "172 MB",
      "leads",
      "lost",
      "connect ECONNREFUSED",
      "embedded, schema 6",
      "copying public.transactions",
    ])
      expect(text).toContain(part);
  });

  test("shows points that were lost as such", async () => {
    const { text } = await renderPage(
      "/status",
      fixtureApi({
        getStatus: () => ({ ...statusFixture, points: { written: 1, waiting: 2, dropped: 3 } }),
        listJobs: () => ({ items: [], next: null }),
      }),
    );
    expect(text).toContain("3 dropped");
    expect(text).toContain("No jobs yet");
  });
});
