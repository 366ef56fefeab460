import { systemClock } from "@streamgate/core";
import { expect, test } from "vitest";
import { type CallNode, cpuCallTree } from "../../src/profiles/call-tree.ts";
import { takeCpuProfile } from "../../src/profiles/cpu-profile.ts";

function burnTheProcessor(untilMs: number): number {
  let sum = 0;
  while (performance.now() < untilMs) for (let round = 0; round < 1_000; round += 1) sum += round;
  return sum;
}

async function profileBusyWork(): Promise<CallNode> {
  const profiling = takeCpuProfile({ durationMs: 300, clock: systemClock });
  await new Promise((resolve) => setTimeout(resolve, 20));
  burnTheProcessor(performance.now() + 200);
  return cpuCallTree(await profiling);
}

test("a CPU profile names the function that took the time", async () => {
  const tree = await profileBusyWork();
  const busiest = allNodes(tree)
    .filter(({ frame }) => !frame.name.startsWith("("))
    .sort((left, right) => right.totalValue - left.totalValue)
    .find(({ frame }) => frame.name === "burnTheProcessor");
  expect(busiest?.frame.file).toContain("cpu-profile.test.ts");
  expect(busiest?.frame.line).toBeGreaterThan(0);
  expect(busiest?.selfValue).toBeGreaterThan(100e6);
});

test("the times of all functions are the time of the profile", async () => {
  const tree = await profileBusyWork();
  const sum = allNodes(tree).reduce((total, { selfValue }) => total + selfValue, 0);
  expect(sum).toBeCloseTo(tree.totalValue, -3);
  expect(tree.totalValue).toBeGreaterThan(250e6);
});

test("two profiles at once do not disturb each other", async () => {
  const trees = await Promise.all([profileBusyWork(), profileBusyWork()]);
  for (const tree of trees)
    expect(allNodes(tree).some(({ frame }) => frame.name === "burnTheProcessor")).toBe(true);
});

test("an aborted profile ends at once with the reason, and the next one works", async () => {
  const reason = new Error("gone");
  const abort = new AbortController();
  const profiling = takeCpuProfile({
    durationMs: 60_000,
    clock: systemClock,
    signal: abort.signal,
  });
  setTimeout(() => abort.abort(reason), 10);
  await expect(profiling).rejects.toBe(reason);
  await expect(
    takeCpuProfile({ durationMs: 1, clock: systemClock, signal: abort.signal }),
  ).rejects.toBe(reason);
  await expect(takeCpuProfile({ durationMs: 1, clock: systemClock })).resolves.toHaveProperty(
    "nodes",
  );
});

function allNodes(node: CallNode): CallNode[] {
  return [node, ...node.children.flatMap(allNodes)];
}
