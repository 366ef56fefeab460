import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startTestRedis, type TestRedis } from "../../../../test/support/redis.ts";
import { until } from "../../../../test/support/until.ts";
import type { Bus } from "../../src/bus/bus.ts";
import { redisBus } from "../../src/bus/redis/redis-bus.ts";
import { Recorder } from "./support/recorder.ts";
import { type FollowerProcess, spawnFollower } from "./support/spawn-follower.ts";

const LEASE_MS = 500;
let redis: TestRedis;
let bus: Bus;
let one: FollowerProcess;
let two: FollowerProcess;
let tests = 0;

beforeAll(async () => {
  redis = await startTestRedis();
});
afterAll(() => redis.stop());

beforeEach(async () => {
  tests += 1;
  const prefix = `processes${tests}`;
  bus = redisBus({ client: redis.connect(), prefix, leaseMs: LEASE_MS });
  await bus.open(new Recorder());
  [one, two] = await Promise.all([
    spawnFollower(redis.port, prefix, LEASE_MS),
    spawnFollower(redis.port, prefix, LEASE_MS),
  ]);
});
afterEach(async () => {
  await Promise.all([one.kill(), two.kill(), bus.close()]);
});

async function tellEverywhere(tag: string): Promise<void> {
  const published = await bus.publish({ tags: [tag] });
  await published.everywhere();
}

describe("Processes on one bus", () => {
  it("have all heard a message when everywhere resolves", async () => {
    for (let index = 0; index < 10; index += 1) await tellEverywhere(String(index));
    await until(() => one.tags.length === 10 && two.tags.length === 10);
    expect(one.lines.filter((line) => "heard" in line && !line.wasTrusting)).toEqual([]);
  });

  it("do not wait for ever for one that was stopped, which trusts nothing when it goes on", async () => {
    await tellEverywhere("before");
    one.stop();
    const toldBefore = one.lines.length;
    await tellEverywhere("while it was stopped");
    await until(() => two.tags.includes("while it was stopped"));
    one.resume();
    await until(() => one.tags.includes("while it was stopped"));
    expect(one.lines).toContainEqual({ heard: ["while it was stopped"], wasTrusting: false });
    // On a laden machine trust may lapse and come back more than once: what counts is that it came back.
    const toldSince = () => one.lines.slice(toldBefore);
    await until(() => toldSince().some((line) => "trusts" in line));
    expect(toldSince().filter((line) => "lost" in line)).toEqual([]);
    await tellEverywhere("after");
    await until(() => one.tags.includes("after"));
  });

  it("wait once for one that died, and never again", async () => {
    await tellEverywhere("before");
    await one.kill();
    await tellEverywhere("first");
    const tookMs: number[] = [];
    for (let index = 0; index < 10; index += 1) {
      const startedMs = performance.now();
      await tellEverywhere(String(index));
      tookMs.push(performance.now() - startedMs);
    }
    expect(Math.min(...tookMs)).toBeLessThan(LEASE_MS / 2);
    await until(() => two.tags.length === 12);
  });
});
