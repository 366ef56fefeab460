import { describe, expect, test } from "vitest";
import { hrefTo, hrefWith, pick, scopeOf } from "../../src/app/address.ts";
import { ROUTES, routeOf } from "../../src/app/routes.ts";
import { addressOf } from "../../src/browser/router.ts";

const address = (href: string) => addressOf(new URL(href, "http://page"));

describe("an address", () => {
  test("gives along its range and its service, and nothing else", () => {
    expect(
      hrefTo("/queries/ab?tab=plans", address("/routes?from=-6h&service=media&sort=p95")),
    ).toBe("/queries/ab?tab=plans&from=-6h&service=media");
  });

  test("changes only what it is told to", () => {
    expect(hrefWith(address("/routes?from=-6h&sort=p95"), { sort: null, search: "a b" })).toBe(
      "/routes?from=-6h&search=a+b",
    );
    expect(hrefWith(address("/routes?sort=p95"), { sort: "" })).toBe("/routes");
  });

  test("asks an operation only for what it says", () => {
    expect(scopeOf(address("/?from=-6h&to="))).toEqual({ from: "-6h" });
    expect(pick(address("/?search=x"), ["search", "sort"])).toEqual({ search: "x" });
  });
});

describe("routes", () => {
  test("find the page of a path with its parameters", () => {
    expect(routeOf("/recommendations/a%2Fb")?.parameters).toEqual({ id: "a/b" });
  });

  test.each([
    "/nowhere",
    "/recommendations/",
    "/recommendations/%",
    "//",
    "/recommendations/a/b/c/d",
  ])("find nothing at %s", (path) => {
    expect(routeOf(path)).toBeUndefined();
  });

  test("name the file of their page, which the build knows it by", async () => {
    for (const { source, load } of ROUTES) {
      expect(String(load)).toContain(source.slice(0, source.indexOf("/")));
      expect((await load()).page.View).toBeTypeOf("function");
    }
  });
});
