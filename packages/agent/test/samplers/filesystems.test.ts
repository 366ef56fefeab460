import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { filesystemsSampler, findMountpoints } from "../../src/samplers/filesystems.ts";
import { readValue, recordingContext } from "./sampler-context.ts";

test("file systems are as full as df says", async () => {
  const context = recordingContext();
  await filesystemsSampler(context).sample();
  const share = readValue(context.registry, "system_filesystem_utilization_ratio", {
    mountpoint: "/",
  });
  const [, taken = "", left = ""] =
    /(\d+)\s+(\d+)\s+\d+%\s+\/$/m.exec(execFileSync("df", ["-P", "/"], { encoding: "utf8" })) ?? [];
  expect(share).toBeCloseTo(Number(taken) / (Number(taken) + Number(left)), 2);
});

test("each file system is told once, by the folder at which it is mounted", async () => {
  const found = await findMountpoints(["/", process.cwd(), tmpdir(), "/proc/self"]);
  expect(found).toContain("/");
  expect(found).toContain("/proc");
  expect(new Set(found).size).toBe(found.length);
});

test("a path that is not there is left out", async () => {
  expect(await findMountpoints(["/no/such/path"])).toEqual([]);
});
