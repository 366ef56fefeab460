import { describe, expect, test } from "vitest";
import { adviseOnBursts, readBurst } from "../../src/rules/buffers/buffer-churn.ts";
import { cpuRule } from "../../src/rules/cpu/cpu-rules.ts";
import { nearLimitRule } from "../../src/rules/memory/near-limit.ts";
import { poolRule } from "../../src/rules/pools/pool-exhausted.ts";
import type { Rule } from "../../src/rules/rule.ts";
import { type RuleWorld, ruleWorld } from "./rule-world.ts";

describe("the processor", () => {
  test("used up for a minute is told", () => {
    const world = ruleWorld();
    const rule = cpuRule(world);
    useCpu(world, 60, () => ({ utilization: 0.97 }));
    expect(kindsOf(rule)).toEqual(["cpu/saturated"]);
    useCpu(world, 60, () => ({ utilization: 0.3 }));
    expect(kindsOf(rule)).toEqual([]);
  });

  test("held back by the quota is told, though it is idle on average", () => {
    const world = ruleWorld();
    const rule = cpuRule(world);
    useCpu(world, 60, (second) => ({ utilization: 0.4, throttledSeconds: second * 0.2 }));
    const [finding] = look(rule);
    expect(finding?.kind).toBe("cpu/throttled");
    expect(finding?.summary).toContain("20 % of the last minute");
    expect(finding?.remedy).toContain("bursts");
  });

  test("used more and more for an hour is told as a rise", () => {
    const world = ruleWorld();
    const rule = cpuRule(world);
    useCpu(world, 3600, (second) => ({ utilization: 0.1 + (0.5 * second) / 3600 }));
    expect(kindsOf(rule)).toEqual(["cpu/rising"]);
  });

  test("with a rhythm is left in peace", () => {
    const world = ruleWorld();
    const rule = cpuRule(world);
    useCpu(world, 7200, (second) => ({ utilization: 0.4 + 0.3 * Math.sin(second / 400) }));
    expect(kindsOf(rule)).toEqual([]);
  });
});

describe("memory near its limit", () => {
  test("of the cgroup is told before that of the host would be", () => {
    const world = ruleWorld();
    const memory = { rssBytes: 0.9e9, limitBytes: 1e9, usedBytes: 0.9e9 };
    world.observe({ memory: { ...memory, limitedBy: "host" } });
    expect(kindsOf(nearLimitRule(world))).toEqual([]);
    world.observe({ memory: { ...memory, limitedBy: "cgroup" } });
    expect(kindsOf(nearLimitRule(world))).toEqual(["memory/near-limit"]);
  });

  test("of the heap is judged by what a major collection leaves", () => {
    const world = ruleWorld();
    const heap = { usedBytes: 99e6, totalBytes: 99e6, limitBytes: 100e6, externalBytes: 0 };
    world.observe({ heap: { ...heap, arrayBuffersBytes: 0, detachedContexts: 0, spaces: {} } });
    world.collect({ heapUsedAfterBytes: 40e6 });
    expect(kindsOf(nearLimitRule(world))).toEqual([]);
    world.collect({ heapUsedAfterBytes: 96e6 });
    expect(look(nearLimitRule(world))[0]?.severity).toBe("critical");
  });
});

describe("a pool", () => {
  test("all of whose clients are in use while callers wait is told, and worse when nothing moves", () => {
    const world = ruleWorld();
    const rule = poolRule(world);
    usePool(world, 15, (second) => 3 + (second % 2));
    expect(look(rule)[0]).toMatchObject({ kind: "pool/exhausted", severity: "high" });
    usePool(world, 40, (second) => 10 + second);
    expect(look(rule)[0]?.severity).toBe("critical");
    usePool(world, 1, () => 0);
    expect(kindsOf(rule)).toEqual([]);
  });
});

describe("buffers", () => {
  test("that come and go are counted by their rises", () => {
    expect(readBurst([10, 30, 5, 25, 25], 2)).toEqual({ allocatedBytes: 40, seconds: 2 });
    expect(readBurst([], 1)).toEqual({ allocatedBytes: 0, seconds: 1 });
  });

  test("are told from a high rate on that lasts", () => {
    const world = ruleWorld();
    const burst = { allocatedBytes: 200e6, seconds: 1 };
    expect(adviseOnBursts(world, [burst])).toEqual([]);
    const [finding] = adviseOnBursts(world, [burst, burst, burst]);
    expect(finding?.kind).toBe("memory/buffer-churn");
    expect(finding?.remedy).toContain("BufferPool");
    const quiet = { allocatedBytes: 1e6, seconds: 1 };
    expect(adviseOnBursts(world, [burst, quiet, quiet])).toEqual([]);
  });
});

function useCpu(
  world: RuleWorld,
  seconds: number,
  cpuAt: (second: number) => { readonly utilization: number; readonly throttledSeconds?: number },
): void {
  for (let second = 0; second < seconds; second += 1) {
    world.observe({ cpu: { userSeconds: 0, systemSeconds: 0, cores: 2, ...cpuAt(second) } });
    world.clock.advance(1000);
  }
}

function usePool(world: RuleWorld, seconds: number, waitingAt: (second: number) => number): void {
  for (let second = 0; second < seconds; second += 1) {
    const waiting = waitingAt(second);
    world.observe({ pools: { main: { total: 10, idle: 0, waiting, max: 10 } } });
    world.clock.advance(1000);
  }
}

function look(rule: Rule) {
  const findings = rule.look();
  return findings instanceof Promise ? [] : findings;
}

function kindsOf(rule: Rule): readonly string[] {
  return look(rule).map(({ kind }) => kind);
}
