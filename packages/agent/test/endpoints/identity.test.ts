import { systemClock } from "@streamgate/core";
import { expect, test } from "vitest";
import { identify } from "../../src/identity.ts";

const NPM = { npm_package_name: "shop-api", npm_package_version: "1.0.0" };
const OTEL = {
  OTEL_SERVICE_NAME: "shop",
  OTEL_RESOURCE_ATTRIBUTES:
    "service.name=other, service.version=2%2E1,service.instance.id=pod-7,broken,x=%ZZ",
};

test("the application's own words come first, then OpenTelemetry's, then npm's", () => {
  expect(
    identify({ service: "mine", release: "9" }, { ...NPM, ...OTEL }, systemClock),
  ).toMatchObject({ service: "mine", instance: "pod-7", release: "9" });
  expect(identify({}, { ...NPM, ...OTEL }, systemClock)).toMatchObject({
    service: "shop",
    release: "2.1",
  });
  expect(identify({}, NPM, systemClock)).toMatchObject({ service: "shop-api", release: "1.0.0" });
});

test("where nobody says anything there is a name still, and an instance apart from others", () => {
  const { service, instance, release } = identify({}, {}, systemClock);
  expect(service).not.toBe("");
  expect(instance).toContain(`:${process.pid}`);
  expect(release).toBe("");
});
