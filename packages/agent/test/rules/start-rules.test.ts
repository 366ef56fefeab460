import { channel } from "node:diagnostics_channel";
import { CHANNELS, type Finding } from "@streamgate/core";
import { createRegistry } from "@streamgate/telemetry";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { FindingBoard } from "../../src/rules/finding-board.ts";
import { adviseOn } from "../../src/rules/rule.ts";
import { type Rules, startRules } from "../../src/rules/start-rules.ts";
import { readValue } from "../samplers/sampler-context.ts";
import { type RuleWorld, ruleWorld } from "./rule-world.ts";

describe("rules at work", () => {
  let rules: Rules | undefined;
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] }));
  afterEach(() => {
    rules?.stop();
    vi.useRealTimers();
  });

  test("find a leak, tell it once, and let go of it when it is over", async () => {
    const world = ruleWorld();
    const told: Finding[] = [];
    const registry = createRegistry();
    rules = startRules({
      ...world,
      registry,
      mostPauseMs: 0,
      onFinding: (each) => told.push(each),
    });
    await live(world, 60, (second) => 20e6 + second * 0.5e6);
    expect(rules.findings().map(({ kind }) => kind)).toEqual(["memory/leak"]);
    expect(told.map(({ kind }) => kind)).toEqual(["memory/leak"]);
    expect(told[0]?.subject.object).toBe("media/one");
    expect(told[0]?.summary).toContain("the heap's limit of 1 GB is reached in about");
    expect(
      readValue(registry, "streamgate_agent_cpu_seconds", { part: "rule_memory-leak" }),
    ).toBeGreaterThan(0);
    await live(world, 20, () => 20e6);
    expect(rules.findings()).toEqual([]);
  });

  test("show what a library finds in this process beside what they see themselves", () => {
    const told: Finding[] = [];
    rules = startRules({
      ...ruleWorld(),
      registry: createRegistry(),
      onFinding: (each) => told.push(each),
    });
    const finding: Finding = {
      id: "n1-1",
      kind: "query/n-plus-one",
      subject: { database: "", object: "GET /orders" },
      severity: "high",
      summary: "One statement ran 20 times in a request.",
      savedMsPerHour: 0,
      statements: [],
      evidence: [],
    };
    const published = channel(CHANNELS.postgresFinding);
    published.publish({ finding });
    published.publish({ finding: { ...finding, id: "n1-2" } });
    published.publish({ finding });
    expect(rules.findings().map(({ id }) => id)).toEqual(["n1-1", "n1-2"]);
    expect(rules.findings()[0]?.subject.object).toBe("media: GET /orders");
    expect(told).toHaveLength(2);
    rules.stop();
    published.publish({ finding: { ...finding, id: "n1-3" } });
    expect(told).toHaveLength(2);
  });

  test("take what known caches hold for no leak", async () => {
    const world = ruleWorld();
    rules = startRules({ ...world, registry: createRegistry(), mostPauseMs: 0 });
    await live(
      world,
      60,
      (second) => 20e6 + second * 0.5e6,
      (second) => second * 0.5e6,
    );
    expect(rules.findings()).toEqual([]);
  });

  test("take collections that somebody asked for as no sign", async () => {
    const world = ruleWorld();
    rules = startRules({ ...world, registry: createRegistry(), mostPauseMs: 0 });
    for (let second = 0; second < 60; second += 1) {
      world.collect({ heapUsedAfterBytes: 20e6 + second * 1e6, isForced: true });
      await pass(world);
    }
    expect(rules.findings()).toEqual([]);
  });

  test("refuse an option that cannot be, and name it", () => {
    const world = ruleWorld();
    expect(() => startRules({ ...world, registry: createRegistry(), mostPauseMs: -1 })).toThrow(
      /mostPauseMs = -1/,
    );
  });

  test("leave nothing behind when they are stopped", () => {
    const before = process.listenerCount("warning");
    const started = startRules({ ...ruleWorld(), registry: createRegistry() });
    started.stop();
    expect(process.listenerCount("warning")).toBe(before);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("the board of findings", () => {
  test("tells a finding again only when its severity or its place changes", () => {
    const told: string[] = [];
    const board = new FindingBoard(({ severity, subject }) =>
      told.push(`${severity} ${subject.object}`),
    );
    board.replace("leak", [findingAt("low")]);
    board.replace("leak", [findingAt("low")]);
    board.replace("leak", [findingAt("high")]);
    board.replace("leak", [findingAt("high", "remember (a.ts:1)")]);
    expect(told).toEqual(["low media/one", "high media/one", "high remember (a.ts:1)"]);
  });

  test("tells it again when it had gone and comes back", () => {
    let told = 0;
    const board = new FindingBoard(() => {
      told += 1;
    });
    board.replace("leak", [findingAt("low")]);
    board.replace("leak", []);
    expect(board.all()).toEqual([]);
    board.replace("leak", [findingAt("low")]);
    expect(told).toBe(2);
  });

  test("keeps the same id for the same problem, whoever sees it and wherever its place turns out to be", () => {
    const board = new FindingBoard(() => undefined);
    board.replace("first", [findingAt("low")]);
    board.replace("second", [findingAt("high", "remember (a.ts:1)")]);
    expect(board.all()).toHaveLength(1);
  });
});

function findingAt(severity: Finding["severity"], place?: string): Finding {
  return adviseOn(ruleWorld(), {
    kind: "memory/leak",
    what: "heap",
    place,
    severity,
    summary: "The heap grows",
    remedy: "Find what keeps it",
    evidence: [],
  });
}

/** Seconds with a major collection each. */
async function live(
  world: RuleWorld,
  seconds: number,
  floorAt: (second: number) => number,
  cachedAt?: (second: number) => number,
): Promise<void> {
  for (let second = 0; second < seconds; second += 1) {
    const cached = cachedAt?.(second) ?? 0;
    world.observe({
      heap: {
        usedBytes: 1e6,
        totalBytes: 1e6,
        limitBytes: 1e9,
        externalBytes: 0,
        arrayBuffersBytes: 0,
        detachedContexts: 0,
        spaces: {},
      },
      caches: { page: { entries: 1, sizeBytes: cached, maxBytes: 1e9 } },
    });
    world.collect({ heapUsedAfterBytes: floorAt(second) });
    await pass(world);
  }
}

async function pass(world: RuleWorld): Promise<void> {
  world.clock.advance(1000);
  await vi.advanceTimersByTimeAsync(1000);
}
