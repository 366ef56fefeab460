import type { ProcessIdentity } from "@streamgate/telemetry";
import { describe, expect, test } from "vitest";
import { ReleaseWatch } from "../../src/composition/release-watch.ts";

const MINUTE = 60_000;

function identity(release: string, startedAtMs = 0): ProcessIdentity {
  return {
    service: "api",
    instance: `api-${startedAtMs}`,
    release,
    pid: 1,
    host: "h",
    startedAtMs,
  };
}

describe("releases", () => {
  test("that run when the watching begins are no deploy; the first process of another one is", () => {
    const watch = new ReleaseWatch();
    expect(watch.hear(identity("1"), 0)).toBeUndefined();
    expect(watch.hear(identity("2", 50_000), MINUTE)).toMatchObject({
      kind: "deploy",
      atMs: 50_000,
      labels: { service: "api", release: "2" },
    });
    expect(watch.hear(identity("2", 50_000), MINUTE + 1)).toBeUndefined();
  });

  test("that run beside each other while they are rolled out are one deploy", () => {
    const watch = new ReleaseWatch();
    watch.hear(identity("1"), 0);
    const told = Array.from({ length: 60 }, (_, second) =>
      watch.hear(identity(second % 2 === 0 ? "1" : "2"), second * 1_000),
    );
    expect(told.filter((change) => change !== undefined)).toHaveLength(1);
  });

  test("that come back after they were replaced are deployed again", () => {
    const watch = new ReleaseWatch();
    watch.hear(identity("1"), 0);
    for (let minute = 1; minute <= 20; minute += 1) watch.hear(identity("2"), minute * MINUTE);
    expect(watch.hear(identity("1"), 21 * MINUTE)?.summary).toBe("api 1 was deployed");
  });

  test("that changed while nobody watched are found by what was saved", () => {
    const watch = new ReleaseWatch();
    watch.hear(identity("1"), 0);
    const saved: unknown = JSON.parse(JSON.stringify(watch.state()));
    expect(new ReleaseWatch(saved).hear(identity("2"), MINUTE)).toBeDefined();
    expect(new ReleaseWatch(saved).hear(identity("1"), 24 * 60 * MINUTE)).toBeUndefined();
    expect(new ReleaseWatch({ api: "nonsense" }).hear(identity("2"), MINUTE)).toBeUndefined();
  });

  test("that nobody names say nothing", () => {
    const watch = new ReleaseWatch();
    watch.hear(identity("1"), 0);
    expect(watch.hear(identity(""), 1)).toBeUndefined();
  });
});
