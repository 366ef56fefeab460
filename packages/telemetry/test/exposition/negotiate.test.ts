import { negotiate } from "@streamgate/telemetry";
import { expect, test } from "vitest";

test("Prometheus gets OpenMetrics as it asks for it", () => {
  const asked =
    "application/openmetrics-text;version=1.0.0;q=0.75,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1";
  expect(negotiate(asked)).toBe("openmetrics");
});

test("who asks for nothing, for anything, or for what there is not, gets the Prometheus text", () => {
  for (const accept of [
    undefined,
    "",
    "*/*",
    "text/html",
    "application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily;encoding=delimited",
    "application/openmetrics-text; version=2.0.0",
    "application/openmetrics-text;q=0",
    "application/openmetrics-text;q=nonsense",
    ",;,=;q",
  ])
    expect(negotiate(accept)).toBe("prometheus");
});

test("weights decide", () => {
  expect(negotiate("text/plain;version=0.0.4;q=0.9, application/openmetrics-text;q=0.5")).toBe(
    "prometheus",
  );
  expect(negotiate('Application/OpenMetrics-Text; version="1.0.0", */*;q=0.8')).toBe("openmetrics");
});
