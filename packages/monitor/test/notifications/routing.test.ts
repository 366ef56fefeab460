import { describe, expect, test } from "vitest";
import { DEFAULT_INHIBITIONS } from "../../src/notifications/muting/default-inhibitions.ts";
import { createInhibitor } from "../../src/notifications/muting/inhibition.ts";
import { groupKeyOf, groupLabelsOf } from "../../src/notifications/routing/group-key.ts";
import { createRouter } from "../../src/notifications/routing/route.ts";

const router = createRouter({
  channels: ["team"],
  groupBy: ["service"],
  routes: [
    { match: [{ label: "severity", is: "critical" }], channels: ["duty"], continues: true },
    {
      match: [{ label: "service", matches: "pay.*" }],
      channels: ["payments"],
      groupWaitMs: 0,
      routes: [{ match: [{ label: "region", is: "eu" }], channels: ["payments-eu"] }],
    },
    { match: [{ label: "service", isNot: "" }], channels: ["services"] },
  ],
});
const channelsOf = (labels: Record<string, string>) =>
  router.routesOf(labels).map(({ channels }) => channels[0]);

describe("routes", () => {
  test("are descended to the first that matches, to further ones where one continues", () => {
    expect(channelsOf({})).toEqual(["team"]);
    expect(channelsOf({ service: "api" })).toEqual(["services"]);
    expect(channelsOf({ service: "payments" })).toEqual(["payments"]);
    expect(channelsOf({ service: "payments", region: "eu" })).toEqual(["payments-eu"]);
    expect(channelsOf({ service: "payments", severity: "critical" })).toEqual(["duty", "payments"]);
  });

  test("hand down what they do not say otherwise", () => {
    const [route] = router.routesOf({ service: "payments", region: "eu" });
    expect(route).toMatchObject({ groupWaitMs: 0, groupBy: ["service"], groupIntervalMs: 30_000 });
  });

  test("keep their names when the tree is put into another order", () => {
    const one = { match: [{ label: "a", is: "1" }] };
    const two = { match: [{ label: "b", is: "2" }] };
    const ids = (routes: readonly object[]) => [...createRouter({ routes }).routes.keys()].sort();
    expect(ids([one, two])).toEqual(ids([two, one]));
    expect(ids([one, one])).toHaveLength(3);
  });

  test("make groups by labels, an absent one being an empty one", () => {
    const [route] = router.routesOf({});
    if (route === undefined) throw new Error("no route");
    const key = (labels: Record<string, string>) => groupKeyOf(route, groupLabelsOf(route, labels));
    expect(key({ service: "api", instance: "1" })).toBe(key({ service: "api", instance: "2" }));
    expect(key({ service: "api" })).not.toBe(key({ service: "web" }));
    expect(key({})).toBe(key({ service: "" }));
  });

  test("refuse a pattern that could take for ever", () => {
    expect(() =>
      createRouter({ routes: [{ match: [{ label: "a", matches: "(a+)+$" }] }] }),
    ).toThrow("repeats no group");
  });
});

describe("the inhibitions that ship", () => {
  const alert = (alertname: string, instance = "1", service = "api") => ({
    alertId: `${alertname}${service}${instance}`,
    labels: { alertname, service, instance },
  });
  const inhibitor = createInhibitor(DEFAULT_INHIBITIONS);

  test("keep quiet what a target that is down explains, and nothing else", () => {
    const inhibits = inhibitor.over([alert("target-down", "1")]);
    expect(inhibits(alert("responses-slow", "1"))).toBe("target-down");
    expect(inhibits(alert("responses-slow", "2"))).toBeUndefined();
    expect(inhibits(alert("responses-slow", "1", "web"))).toBeUndefined();
    expect(inhibits(alert("target-down", "1"))).toBeUndefined();
    expect(inhibits(alert("service-down", "1"))).toBeUndefined();
  });

  test("let a service that is down speak for its targets", () => {
    const inhibits = inhibitor.over([alert("service-down", ""), alert("target-down", "1")]);
    expect(inhibits(alert("target-down", "1"))).toBe("service-down");
    expect(inhibits(alert("service-down", ""))).toBeUndefined();
  });

  test("end with what caused them", () => {
    expect(inhibitor.over([])(alert("responses-slow"))).toBeUndefined();
  });
});
