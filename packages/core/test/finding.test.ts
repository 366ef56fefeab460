import { FINDING_KINDS, isAtLeast, RUNGS, SEVERITIES } from "@streamgate/core";
import { expect, test } from "vitest";

test("severities are ordered from info to critical", () => {
  expect(isAtLeast("critical", "info")).toBe(true);
  expect(isAtLeast("medium", "medium")).toBe(true);
  expect(isAtLeast("low", "high")).toBe(false);
  expect(SEVERITIES[0]).toBe("info");
});

test("every kind of finding is an area and a problem", () => {
  for (const kind of FINDING_KINDS) expect(kind).toMatch(/^[a-z]+\/[a-z0-9-]+$/);
  expect(new Set(FINDING_KINDS).size).toBe(FINDING_KINDS.length);
});

test("evidence climbs three rungs", () => {
  expect(RUNGS).toEqual(["estimated", "measured", "verified"]);
});
