import { join } from "node:path";
import { expect, test } from "vitest";
import { KeptFile } from "../../src/samplers/linux/kept-file.ts";
import { limitIn, numberAfter } from "../../src/samplers/linux/read-numbers.ts";
import { makeSystemRoot } from "./system-root.ts";

test("each reading gives what the file says now", async () => {
  const { root, write, remove } = await makeSystemRoot({ number: "1\n" });
  const file = KeptFile.open(join(root, "number"));
  expect(file?.readNow()).toBe("1\n");
  await write("number", "2\n");
  expect(file?.readNow()).toBe("2\n");
  await expect(file?.read()).resolves.toBe("2\n");
  file?.close();
  expect(file?.readNow()).toBeUndefined();
  await remove();
});

test.runIf(process.platform === "linux")(
  "a table that the kernel gives in parts is read to its end",
  () => {
    const file = KeptFile.open("/proc/self/maps");
    expect(Buffer.byteLength(file?.readNow() ?? "")).toBeGreaterThan(4_096);
    file?.close();
  },
);

test("closing it while it is being read harms nobody", async () => {
  const { root, remove } = await makeSystemRoot({ number: "1\n" });
  const file = KeptFile.open(join(root, "number"));
  const reading = file?.read();
  file?.close();
  await expect(reading).resolves.toBe("1\n");
  await expect(file?.read()).resolves.toBeUndefined();
  file?.close();
  await remove();
});

test("what is not there, or no file, is not opened", async () => {
  const { root, remove } = await makeSystemRoot({ number: "1\n" });
  expect(KeptFile.open(join(root, "nothing"))).toBeUndefined();
  expect(KeptFile.open(root)).toBeUndefined();
  await remove();
});

test("numbers are found by the name at the beginning of their line", () => {
  const text = "Name:\tThreads 9\nThreads:\t11\nnr_throttled 3\nnr_throttled_more 4\n";
  expect(numberAfter(text, "Threads")).toBe(11);
  expect(numberAfter(text, "nr_throttled")).toBe(3);
  expect(numberAfter(text, "throttled")).toBeUndefined();
  expect(numberAfter("", "Threads")).toBeUndefined();
  expect(numberAfter("Threads: many\n", "Threads")).toBeUndefined();
});

test.each([
  ["max\n", Number.POSITIVE_INFINITY],
  ["-1\n", Number.POSITIVE_INFINITY],
  ["4096\n", 4_096],
  [undefined, Number.POSITIVE_INFINITY],
])("a limit may be none: %j", (text, limit) => {
  expect(limitIn(text)).toBe(limit);
});
