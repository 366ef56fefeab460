import { expect, test } from "vitest";
import { Cleanup } from "../../src/platform/cleanup.ts";

test("what hangs does not keep the rest from being ended", async () => {
  const ended: string[] = [];
  const cleanup = new Cleanup();
  cleanup.add(async () => void ended.push("first"));
  cleanup.add(() => new Promise(() => undefined));
  cleanup.add(async () => {
    ended.push("failing");
    throw new Error("it is broken");
  });
  cleanup.add(async () => void ended.push("last"));
  await expect(cleanup.run(100)).rejects.toThrow("it is broken");
  expect(ended).toEqual(["last", "failing", "first"]);
});

test("nothing is ended twice", async () => {
  let ended = 0;
  const cleanup = new Cleanup();
  cleanup.add(async () => {
    ended += 1;
  });
  await Promise.all([cleanup.run(), cleanup.run()]);
  expect(ended).toBe(1);
});
