import { expect, test } from "vitest";
import { ActGate } from "../../src/endpoints/act-gate.ts";
import { manualClock } from "../samplers/manual-clock.ts";

test("one act at a time", () => {
  const gate = new ActGate(manualClock());
  const permit = gate.enter("/streamgate/cpu-profile", () => undefined);
  expect(gate.enter("/streamgate/gc", () => undefined)).toMatchObject({
    status: 409,
    detail: expect.stringContaining("/streamgate/cpu-profile"),
  });
  if (typeof permit === "function") permit();
  expect(typeof gate.enter("/streamgate/gc", () => undefined)).toBe("function");
});

test("ten in a row, then one each six seconds, however long it was quiet", () => {
  const clock = manualClock();
  const gate = new ActGate(clock);
  const act = (): boolean => {
    const permit = gate.enter("act", () => undefined);
    if (typeof permit === "function") permit();
    return typeof permit === "function";
  };
  const acts = (times: number): number => Array.from({ length: times }, act).filter(Boolean).length;
  expect(acts(15)).toBe(10);
  clock.advance(6_000);
  expect(acts(15)).toBe(1);
  clock.advance(3_600_000);
  expect(acts(15)).toBe(10);
});

test("once closed, what runs is broken off and nothing begins", () => {
  const gate = new ActGate(manualClock());
  let isBrokenOff = false;
  gate.enter("/streamgate/cpu-profile", () => {
    isBrokenOff = true;
  });
  gate.close();
  expect(isBrokenOff).toBe(true);
  expect(gate.enter("/streamgate/gc", () => undefined)).toMatchObject({ status: 503 });
});
