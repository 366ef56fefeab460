import { systemClock } from "@streamgate/core";
import { expect, test } from "vitest";
import { type CallNode, heapCallTree } from "../../src/profiles/call-tree.ts";
import { takeHeapProfile } from "../../src/profiles/heap-profile.ts";
import { takeHeapSampling } from "../../src/profiles/heap-sampling-slot.ts";

const kept: number[][] = [];

function keepManyThings(): void {
  for (let item = 0; item < 2_000; item += 1)
    kept.push(Array.from({ length: 200 }, (_, at) => at * 1.5));
}

test("a heap profile names the function that allocated what stays", async () => {
  const profiling = takeHeapProfile({ durationMs: 150, intervalBytes: 4_096, clock: systemClock });
  await new Promise((resolve) => setTimeout(resolve, 20));
  keepManyThings();
  const tree = heapCallTree(await profiling);
  const names = allNodes(tree)
    .filter(({ totalValue }) => totalValue > 500_000)
    .map(({ frame }) => frame.name);
  expect(names).toContain("keepManyThings");
  expect(kept.length).toBeGreaterThan(0);
});

test("V8 samples for one at a time: who comes second is told who has it", async () => {
  const giveBack = takeHeapSampling("the search for a leak");
  await expect(takeHeapProfile({ durationMs: 1, clock: systemClock })).rejects.toMatchObject({
    code: "SG_AGENT_HEAP_SAMPLING_TAKEN",
    message: expect.stringContaining("the search for a leak"),
  });
  giveBack?.();
  const again = takeHeapSampling("another");
  giveBack?.();
  expect(takeHeapSampling("a third")).toBeUndefined();
  again?.();
});

test("an aborted profile gives the sampler back", async () => {
  const reason = new Error("gone");
  const abort = new AbortController();
  const { signal } = abort;
  const profiling = takeHeapProfile({ durationMs: 60_000, clock: systemClock, signal });
  setTimeout(() => abort.abort(reason), 10);
  await expect(profiling).rejects.toBe(reason);
  await expect(takeHeapProfile({ durationMs: 1, clock: systemClock })).resolves.toHaveProperty(
    "head",
  );
});

function allNodes(node: CallNode): CallNode[] {
  return [node, ...node.children.flatMap(allNodes)];
}
