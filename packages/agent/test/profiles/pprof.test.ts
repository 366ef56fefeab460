import { gunzipSync } from "node:zlib";
import fc from "fast-check";
import { Profile } from "pprof-format";
import { expect, test } from "vitest";
import type { CallNode } from "../../src/profiles/call-tree.ts";
import { encodePprof } from "../../src/profiles/pprof.ts";
import { anyTree, callNode } from "./call-trees.ts";

const TIMES = { startedAtMs: 1_700_000_000_000, durationMs: 1_000 };

async function encodeAndRead(tree: CallNode, kind: "cpu" | "heap"): Promise<Profile> {
  return Profile.decode(gunzipSync(await encodePprof(tree, kind, TIMES)));
}

test("stacks go from the innermost outwards, with functions and lines", async () => {
  const tree = callNode("(root)", 0, [callNode("outer", 5, [callNode("inner", 7)])]);
  const profile = await encodeAndRead(tree, "cpu");
  const { strings } = profile.stringTable;
  const nameAt = (id: unknown): string | undefined => {
    const place = profile.location.find((location) => Number(location.id) === Number(id));
    const own = profile.function.find(
      (each) => Number(each.id) === Number(place?.line[0]?.functionId),
    );
    return strings[Number(own?.name)];
  };
  expect(profile.sample.map(({ locationId }) => locationId.map(nameAt))).toEqual([
    ["outer"],
    ["inner", "outer"],
  ]);
  expect(profile.sample.map(({ value }) => value.map(Number))).toEqual([
    [1, 5],
    [1, 7],
  ]);
  expect(profile.sampleType.map(({ unit }) => strings[Number(unit)])).toEqual([
    "count",
    "nanoseconds",
  ]);
  expect(Number(profile.timeNanos)).toBe(1_700_000_000_000_000_000);
});

test("nothing is lost but waiting, whatever the tree", async () => {
  await fc.assert(
    fc.asyncProperty(anyTree, async (tree) => {
      const profile = await encodeAndRead(tree, "heap");
      const sum = profile.sample.reduce((total, { value }) => total + Number(value[1]), 0);
      expect(sum).toBe(tree.children.reduce((total, child) => total + busyValue(child), 0));
    }),
    { numRuns: 50 },
  );
});

function busyValue(node: CallNode): number {
  if (node.frame.name === "(idle)") return 0;
  return node.children.reduce((total, child) => total + busyValue(child), node.selfValue);
}
