import { describe, expect, it } from "vitest";
import {
  emptyQueryMetricsFixture,
  emptyStatementsFixture,
  freshDatabase,
  newQueryFixture,
  queryFixture,
  queryMetricsFixture,
  statementsFixture,
} from "../fixtures/queries.ts";
import { fixtureApi } from "../support/fixture-api.ts";
import { failing, renderPage } from "../support/render-page.ts";

const api = fixtureApi({
  getQueryMetrics: () => queryMetricsFixture,
  listQueryStatistics: () => statementsFixture(24, 320),
  listSlowQueries: () => statementsFixture(3),
  getQuery: () => queryFixture,
});

describe("the queries page", () => {
  it("lists statements by their total time, and says how many there are in all", async () => {
    const { html, text } = await renderPage("/queries", api);
    expect(text).toContain("Database time");
    expect(text).toContain("24 of 320 statements");
    expect(text).toContain("something is advised");
    expect(html).toContain('href="/queries?after=after-these"');
    expect(html).not.toContain("style=");
  });

  it("asks for slow calls where their tab is open", async () => {
    const { text } = await renderPage("/queries?view=slow&least=50", api);
    expect(text).toContain("3 of 3 statements");
  });

  it("shows the charts of the database alone where time is looked at", async () => {
    const { html, text } = await renderPage("/queries?view=time", api);
    expect(html).not.toContain("<table");
    expect(text).toContain("Connections");
    expect(text).toContain("active");
  });

  it("shows who holds what others wait for, and who waits for whom", async () => {
    const { html, text } = await renderPage("/queries?view=locks", api);
    expect(text).toContain("Process 4711 (nightly-import, importer) stands now");
    expect(text).toContain("idle in transaction for 41 s");
    expect(text).toContain("Process 4803 (media, api) waited 12 s");
    expect(text).toContain("for 4711, 4802");
    expect(text).toContain("A prepared transaction over");
    expect(html).toContain("lock-depth-2");
    expect(html).not.toContain("style=");
    const quiet = fixtureApi({ listLockChains: () => ({ items: [], sources: [freshDatabase] }) });
    const nobody = await renderPage("/queries?view=locks", quiet);
    expect(nobody.text).toContain("Nobody waited for a lock in the last day");
  });

  it("keeps sixty rows at the most of a hundred thousand in the page", async () => {
    const many = fixtureApi({
      getQueryMetrics: () => queryMetricsFixture,
      listQueryStatistics: () => statementsFixture(100_000),
    });
    const { html } = await renderPage("/queries", many);
    expect(html.match(/<tr /g)?.length).toBeLessThan(62);
    expect(html).toContain('aria-rowcount="100001"');
  });

  it("tells the age of what is shown, and what to do, where the database is lost", async () => {
    const gone = fixtureApi({
      getQueryMetrics: () => emptyQueryMetricsFixture,
      listQueryStatistics: () => emptyStatementsFixture,
    });
    const { text } = await renderPage("/queries", gone);
    expect(text).toContain("does not answer");
    expect(text).toContain("pg_stat_statements");
    expect((await renderPage("/queries?search=x", gone)).text).toContain("Show all statements");
  });

  it("tells a problem with its remedy", async () => {
    const failed = fixtureApi({ getQueryMetrics: failing, listQueryStatistics: failing });
    expect((await renderPage("/queries", failed)).text).toContain("see whether the store runs");
  });
});

describe("the page of one statement", () => {
  it("shows its text in lines, its figures, and what is advised", async () => {
    const { text } = await renderPage("/queries/f1", api);
    expect(text).toContain("select c.*, u.name from content c join users u");
    expect(text).toContain("From memory");
    expect(text).toContain("38 times faster");
  });

  it("shows the latest plan as a tree, with what it takes and where the planner was wrong", async () => {
    const { html, text } = await renderPage("/queries/f1", api);
    expect(text).toContain("it really ran there");
    expect(text).toContain("└─ Seq Scan");
    expect(text).toContain("12,480 ▲×36.7 more than expected");
    expect(text).not.toContain("fewer than expected");
    expect(html).not.toContain("style=");
  });

  it("says what is wrong with a plan, and what changed since the one before it", async () => {
    const { text } = await renderPage("/queries/f1", api);
    expect(text).toContain("What is wrong with it");
    expect(text).toContain("threw 99 % of them away");
    expect(text).toContain("Since the plan before it");
    expect(text).toContain("Index Scan using content_user → Seq Scan");
    const other = await renderPage("/queries/f1?plan=plan-twin", api);
    expect(other.text).not.toContain("Since the plan before it");
  });

  it("shows another plan when the address says so, and that it did not run", async () => {
    const { text } = await renderPage("/queries/f1?plan=plan-twin", api);
    expect(text).toContain("it did not run");
    expect(text).toContain("Nested Loop");
    expect(text).not.toContain("Rows that came");
  });

  it("names who calls it, how that is known, and leads to the route", async () => {
    const { html, text } = await renderPage("/queries/f1", api);
    expect(text).toContain("GET /creators/:id/content");
    expect(text).toContain("recorded requests");
    expect(text).toContain("app/controllers/reports_controller.rb:112");
    expect(html).toContain('href="/routes/abc"');
  });

  it("says where plans come from when there is none", async () => {
    const fresh = fixtureApi({ getQuery: () => newQueryFixture });
    const { text } = await renderPage("/queries/f1", fresh);
    expect(text).toContain("No plan has been seen yet");
    expect(text).toContain("No charts");
    expect(text).toContain("Nobody has said to call it");
  });
});
