import { spawn } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { makeDataFolder, runStreamGate } from "../../../../test/support/streamgate.ts";

let bare: TestPostgres;
let store: string;
const data = makeDataFolder();

beforeAll(async () => {
  bare = await startTestPostgres({ hasStatementCounters: false });
  store = await bare.createDatabase("store");
});
afterAll(async () => {
  await bare.stop();
  await data.remove();
});

function advise(url: string, ...words: string[]): ReturnType<typeof runStreamGate> {
  return runStreamGate(["advise", url, "--data", data.path, "--store", store, ...words]);
}

describe("what cannot be run ends with 3 and says what to do", () => {
  test("a server without pg_stat_statements: the setting that mends it", async () => {
    const { code, stderr } = await advise(bare.url());
    expect(code).toBe(3);
    expect(stderr).toContain("shared_preload_libraries");
    expect(stderr).toContain("pg_stat_statements");
    expect(stderr).toContain("to mend it");
  });

  test("nobody listens there", async () => {
    const { code, stderr } = await advise("postgresql://me:s3cret@127.0.0.1:1/shop");
    expect(code).toBe(3);
    expect(stderr).toContain("nothing listens there");
    expect(stderr).not.toContain("s3cret");
  });

  test("a wrong password, which is not shown", async () => {
    const url = new URL(bare.url());
    url.password = "s3cret";
    const { code, stderr } = await advise(url.href);
    expect(code).toBe(3);
    expect(stderr).toContain("password");
    expect(stderr).not.toContain("s3cret");
  });

  test("a data folder that cannot be made", async () => {
    for (const folder of ["/proc/nope", "/dev/null/below"]) {
      const { code, stderr } = await runStreamGate(["history", "--data", folder]);
      expect(code).toBe(3);
      expect(stderr).toContain("SG_SERVER_FOLDER_UNUSABLE");
    }
  });

  test("a store that is not there", async () => {
    const words = ["history", "--store", "postgresql://me:s3cret@127.0.0.1:1/store"];
    const { code, stderr } = await runStreamGate(words);
    expect(code).toBe(3);
    expect(stderr).toContain("SG_SERVER_STORE_UNREACHABLE");
    expect(stderr).not.toContain("s3cret");
  });

  test("by --json, too: one object on standard output, the error in it", async () => {
    const { code, stdout } = await advise("postgresql://me@127.0.0.1:1/shop", "--json");
    expect(code).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ status: "failed", findings: [] });
  });

  test("the stack only by STREAMGATE_DEBUG", async () => {
    const { stderr } = await runStreamGate(
      ["advise", "postgresql://me@127.0.0.1:1/shop", "--data", data.path, "--store", store],
      { environment: { STREAMGATE_DEBUG: "1" } },
    );
    expect(stderr).toMatch(/\n\s+at /);
  });
});

test("a failed run is remembered, without a password", async () => {
  await advise("postgresql://me:s3cret@127.0.0.1:1/shop");
  const runs = await bare.query("select * from streamgate.runs order by id", undefined, "store");
  expect(runs.at(-1)).toMatchObject({
    target: "127.0.0.1:1/shop",
    connection: "postgresql://me@127.0.0.1:1/shop",
    outcome: "failed",
  });
});

test("a reader that leaves early harms nothing", async () => {
  const { code } = await new Promise<{ code: number | null }>((resolve) => {
    const program = new URL("../../bin/streamgate.js", import.meta.url).pathname;
    const shell = spawn("/bin/sh", [
      "-c",
      `"${process.execPath}" "${program}" --help | head -c 1 >/dev/null`,
    ]);
    shell.once("close", (status) => resolve({ code: status }));
  });
  expect(code).toBe(0);
});
