import { afterAll, describe, expect, test } from "vitest";
import {
  makeDataFolder,
  processesNaming,
  runStreamGate,
  startStreamGate,
} from "../support/streamgate.ts";
import { until } from "../support/until.ts";

const data = makeDataFolder();
afterAll(async () => {
  expect(processesNaming(data.path)).toEqual([]);
  await data.remove();
});

const QUICK = ["--scale", "tiny", "--observe", "6s", "--verify", "12s", "--rate", "80"];

interface Report {
  readonly status: string;
  readonly api: { readonly p95: object } | null;
  readonly findings: readonly {
    readonly id: string;
    readonly state: string;
    readonly replacement: object | null;
    readonly proof: { readonly verdict: string } | null;
    readonly application: object | null;
    readonly verification: { readonly verdict: string } | null;
    readonly savedPerHour: { readonly rung: string };
  }[];
  readonly memory: readonly { readonly part: string; readonly peakBytes: number }[];
}

const MEGABYTE = 1024 ** 2;

describe("the demo", () => {
  test("finds, proves, applies and verifies, and leaves no process behind", async () => {
    const words = ["demo", "--once", "--json", ...QUICK, "--data", data.path];
    const { code, stdout, stderr } = await runStreamGate(words);
    expect(code, stderr).toBe(0);
    const report = JSON.parse(stdout) as Report;
    expect(report.status).toBe("finished");
    expect(report.api?.p95).toMatchObject({ unit: "ms", rung: "measured" });

    const all = report.findings.filter(({ proof }) => proof?.verdict === "proven");
    // Another way of asking is for the code: the demo proves it, and applies none.
    const otherWays = all.filter(({ replacement }) => replacement !== null);
    for (const { application } of otherWays) expect(application).toBeNull();
    const proven = all.filter(({ replacement }) => replacement === null);
    expect(proven.length).toBeGreaterThanOrEqual(2);
    for (const { application, verification, savedPerHour } of proven) {
      expect(application).not.toBeNull();
      expect(["verified", "no change", "inconclusive"]).toContain(verification?.verdict);
      expect(savedPerHour.rung).toBe("estimated");
    }
    expect(proven.some(({ verification }) => verification?.verdict === "verified")).toBe(true);
    expect(processesNaming(data.path)).toEqual([]);

    const own = report.memory.find(({ part }) => part === "streamgate")?.peakBytes ?? 0;
    const servers = report.memory.filter(({ part }) => part !== "streamgate");
    expect(own).toBeLessThan(300 * MEGABYTE);
    expect(servers.map(({ part }) => part).sort()).toEqual(["lab", "store", "twin"]);
  }, 300_000);

  test("tells the story anew, serves it, and ends all of it on Ctrl-C in the middle", async () => {
    const run = startStreamGate(["demo", ...QUICK, "--data", data.path]);
    await run.untilSaid(/Taking back \d+ fix/);
    await run.untilSaid(/Proving/);
    const address = /http:\/\/127\.0\.0\.1:\d+\//.exec(run.said())?.[0] ?? "";
    expect((await fetch(`${address}healthz`)).status).toBe(200);
    await until(async () =>
      (await (await fetch(`${address}recommendations`)).text()).includes("An index on"),
    );
    const proven = `${address}api/v1/recommendations?state=proven,applied,verified`;
    await until(async () => ((await (await fetch(proven)).json()) as { total: number }).total > 0);
    run.child.kill("SIGINT");
    const { code, stderr } = await run.ended;
    expect(code).toBe(130);
    expect(stderr).not.toContain("SG_");
    expect(processesNaming(data.path)).toEqual([]);
  }, 240_000);

  test("ends every process, too, when it is killed outright", async () => {
    const run = startStreamGate(["demo", ...QUICK, "--data", data.path]);
    await run.untilSaid(/Observing/);
    expect(processesNaming(data.path).length).toBeGreaterThan(5);
    run.child.kill("SIGKILL");
    await run.ended;
    await until(() => processesNaming(data.path).length === 0, 15_000);
  }, 240_000);

  test("keeps what it did, and can take it back later by hand only where it runs", async () => {
    const { stdout } = await runStreamGate(["history", "--json", "--data", data.path]);
    const { findings } = JSON.parse(stdout) as { findings: { id: string; state: string }[] };
    expect(findings.length).toBeGreaterThan(0);
    const reverted = findings.find(({ state }) => state === "found" || state === "proven");
    expect(reverted).toBeDefined();
    const attempt = await runStreamGate([
      "revert",
      reverted?.id ?? "",
      "--yes",
      "--data",
      data.path,
    ]);
    expect(attempt.code).toBe(3);
    expect(attempt.stderr).toContain("SG_SERVER_NOTHING_TO_REVERT");
  });
});
