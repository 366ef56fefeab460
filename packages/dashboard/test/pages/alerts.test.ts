import { describe, expect, test } from "vitest";
import {
  alertsFixture,
  escalationFixture,
  incidentFixture,
  incidentsFixture,
  rulesFixture,
  silencesFixture,
} from "../fixtures/alerts.ts";
import { fixtureApi } from "../support/fixture-api.ts";
import { renderPage } from "../support/render-page.ts";

const answers = {
  listAlerts: () => alertsFixture,
  listSilences: () => silencesFixture,
  listRules: () => rulesFixture,
  getEscalation: () => escalationFixture,
};

describe("the page of alerts", () => {
  test("shows what fires and what is about to, with its runbook", async () => {
    const { text, html } = await renderPage("/alerts", fixtureApi(answers));
    expect(text).toContain("7.2 % of the requests of media fail");
    expect(text).toContain("silenced");
    expect(html).toContain('href="/runbooks/errors-high.md"');
  });

  test.each([
    ["silences", "latency-.*"],
    ["rules", "more than 1 % of the requests fail"],
    ["replay", "What the rules in force would have said"],
    ["on-call", "connect ECONNREFUSED"],
  ])("has a tab for %s", async (tab, part) => {
    expect((await renderPage(`/alerts?tab=${tab}`, fixtureApi(answers))).text).toContain(part);
  });

  test("says so where nothing fires", async () => {
    const quiet = await renderPage(
      "/alerts",
      fixtureApi({ ...answers, listAlerts: () => ({ items: [] }) }),
    );
    expect(quiet.text).toContain("Nothing fires");
  });
});

describe("the pages of incidents", () => {
  test("list them, the latest first", async () => {
    const { text } = await renderPage(
      "/incidents",
      fixtureApi({ listIncidents: () => incidentsFixture }),
    );
    expect(text).toContain("open");
    expect(text).toContain("17 min");
    const none = await renderPage(
      "/incidents",
      fixtureApi({
        listIncidents: () => ({ items: [], next: null }),
      }),
    );
    expect(none.text).toContain("No incidents");
  });

  test("tell of one: what may have caused it, what happened, what is to be done", async () => {
    const { text } = await renderPage(
      "/incidents/41",
      fixtureApi({ getIncident: () => incidentFixture }),
    );
    for (const part of [
      "deploy: media 2.4.1",
      "60 s before the first failure",
      "looks like the new release",
      "a canary before each release",
    ])
      expect(text).toContain(part);
  });
});
