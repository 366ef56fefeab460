import { describe, expect, it } from "vitest";
import {
  emptyRoutesFixture,
  routeFixture,
  routesFixture,
  untracedRouteFixture,
} from "../fixtures/routes.ts";
import { fixtureApi } from "../support/fixture-api.ts";
import { failing, renderPage } from "../support/render-page.ts";

describe("the routes page", () => {
  it("lists every route with its share of time and its percentiles", async () => {
    const { html, text } = await renderPage(
      "/routes",
      fixtureApi({ listRoutes: () => routesFixture }),
    );
    expect(text).toContain("/content/search");
    expect(text).toContain("51.2 %");
    expect(text).toContain("7 routes");
    expect(html).not.toContain("style=");
    expect(html).not.toContain('<span class="rung rung-verified"');
  });

  it("asks for what the address says", async () => {
    const asked: unknown[] = [];
    const api = fixtureApi({
      listRoutes: ({ query }) => {
        asked.push(query);
        return routesFixture;
      },
    });
    await renderPage("/routes?from=-6h&sort=p95&search=content&service=media", api);
    await renderPage("/routes?sort=nonsense", api);
    expect(asked).toEqual([{ from: "-6h", sort: "p95", search: "content", service: "media" }, {}]);
  });

  it("leads to each route with the range that is looked at", async () => {
    const { html } = await renderPage(
      "/routes?from=-6h",
      fixtureApi({ listRoutes: () => routesFixture }),
    );
    expect(html).toContain("?from=-6h");
    expect(html).toMatch(/href="\/routes\/media~GET~[^"]*\?from=-6h"/);
  });

  it("says what to do where nothing was requested, and where nothing matches", async () => {
    const api = fixtureApi({ listRoutes: () => emptyRoutesFixture });
    expect((await renderPage("/routes", api)).text).toContain("Choose a longer range");
    expect((await renderPage("/routes?search=x", api)).text).toContain("Show all routes");
  });

  it("tells a problem with its remedy", async () => {
    const { text } = await renderPage("/routes", fixtureApi({ listRoutes: failing }));
    expect(text).toContain("The store does not answer");
    expect(text).toContain("see whether the store runs");
  });
});

describe("the page of one route", () => {
  it("says where the time goes, in words and as a bar", async () => {
    const { html, text } = await renderPage(
      "/routes/x",
      fixtureApi({ getRoute: () => routeFixture }),
    );
    expect(text).toContain("waiting for answers of PostgreSQL");
    expect(text).toContain("over the 212 requests whose traces were kept");
    expect(html).toContain('aria-label="Where the time goes: postgresql 57.9 %');
    expect(html).not.toContain("style=");
  });

  it("opens the slowest trace, and another one when the address says so", async () => {
    const api = fixtureApi({ getRoute: () => routeFixture });
    const first = await renderPage("/routes/x", api);
    expect(first.text).toContain("Request 4bf92f3577b34da6a3ce929d0e0e4736 took 412 ms");
    const other = await renderPage("/routes/x?trace=9c1de2aa00f14da6a3ce929d0e0e0001", api);
    expect(other.text).toContain("Request 9c1de2aa00f14da6a3ce929d0e0e0001 took 31 ms");
    expect(other.text).toContain("and failed");
  });

  it("points at a step that runs in a loop", async () => {
    const { text } = await renderPage("/routes/x", fixtureApi({ getRoute: () => routeFixture }));
    expect(text).toContain("ran 9 times");
  });

  it("says what is not known of a route that was never traced", async () => {
    const { text } = await renderPage(
      "/routes/x",
      fixtureApi({ getRoute: () => untracedRouteFixture }),
    );
    expect(text).toContain("No request of this route was traced");
    expect(text).toContain("The agent keeps slow requests");
  });
});
