import type { Job } from "@streamgate/contract";
import { expect, test } from "vitest";
import { isTurnDue } from "../../src/advising/advice-collector.ts";

const HOUR_MS = 3_600_000;
const AT_MS = Date.parse("2026-01-01T12:00:00Z");

function turn(state: Job["state"]): Job {
  return {
    id: "1",
    kind: "observe",
    target: "main",
    finding: null,
    state,
    requestedBy: "schedule",
    requestedAt: new Date(AT_MS).toISOString(),
    startedAt: null,
    endedAt: null,
    activity: "",
    progress: null,
    problem: null,
    outcome: null,
  };
}

test.each<[string, Job | undefined, number, boolean]>([
  ["never one", undefined, 0, true],
  ["one that waits, for however long", turn("waiting"), 100 * HOUR_MS, false],
  ["one that runs", turn("running"), 100 * HOUR_MS, false],
  ["one that ended just now", turn("done"), 5 * HOUR_MS, false],
  ["one that ended long ago", turn("done"), 6 * HOUR_MS, true],
  ["one that failed just now", turn("failed"), HOUR_MS / 2, false],
  ["one that failed a while ago", turn("failed"), HOUR_MS, true],
  ["one that was asked for in the future, as the clock was set back", turn("done"), -HOUR_MS, true],
])("after %s a turn is due or not", (_, latest, sinceMs, isDue) => {
  expect(isTurnDue(latest, 6 * HOUR_MS, AT_MS + sinceMs)).toBe(isDue);
});
