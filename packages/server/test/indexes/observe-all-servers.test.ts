import type { IndexObservation } from "@streamgate/pg-advisor";
import { expect, test } from "vitest";
import { observeAllServers } from "../../src/indexes/observe-all-servers.ts";

function seen(isReplica: boolean, replicas: number): IndexObservation {
  return {
    takenAt: "2026-01-01T00:00:00.000Z",
    versionNumber: 180_004,
    startedAt: "2026-01-01T00:00:00.000Z",
    isReplica,
    counting: { countersResetAt: null, replicas },
    indexes: [],
    traits: [],
    tables: [],
  };
}

async function unread(replicas: readonly string[], connected: number): Promise<number> {
  const observe = async (url: string): Promise<IndexObservation> => {
    if (url === "away") throw new Error("it does not answer");
    return url === "primary" ? seen(false, connected) : seen(true, 0);
  };
  const { counting } = await observeAllServers("primary", replicas, {}, observe);
  return counting.replicas;
}

test("a standby that was read no longer counts as one that may use an index", async () => {
  expect(await unread([], 2)).toBe(2);
  expect(await unread(["one"], 2)).toBe(1);
  expect(await unread(["one", "two"], 2)).toBe(0);
});

test("a standby that is away counts as not read, whether or not the primary knows of it", async () => {
  expect(await unread(["one", "away"], 2)).toBe(1);
  expect(await unread(["away"], 0)).toBe(1);
});

test("a primary that does not answer is a failure", async () => {
  await expect(
    observeAllServers("away", [], {}, () => Promise.reject(new Error("no"))),
  ).rejects.toThrow();
});
