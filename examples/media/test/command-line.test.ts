import { once } from "node:events";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../test/support/postgres.ts";
import { lineOf, runMain, startMain } from "./support/run-main.ts";

let postgres: TestPostgres;
let environment: NodeJS.ProcessEnv;

beforeAll(async () => {
  postgres = await startTestPostgres();
  environment = { DATABASE_URL: await postgres.createDatabase("media") };
});
afterAll(() => postgres?.stop());

test("seed, api and traffic work together, and the api ends by SIGTERM with 0", async () => {
  const seeded = await runMain(["seed", "--scale", "0.005", "--json"], environment);
  expect(seeded.exitCode).toBe(0);
  const lines = seeded.output
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(lines.at(-1)).toMatchObject({ kind: "finished", outcome: "loaded", rows: 7_560 });
  expect(lines).toContainEqual(
    expect.objectContaining({ kind: "table", table: "content", rows: 1_000, ofRows: 1_000 }),
  );

  const api = startMain(["api", "--port", "0", "--pool-size", "3"], environment);
  const ended = once(api, "close");
  try {
    const ready = JSON.parse(await lineOf(api, (line) => line.includes("listening")));
    expect(ready.listening).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    const traffic = await runMain([
      "traffic",
      "--url",
      ready.listening,
      "--rate",
      "30",
      "--duration",
      "1.5",
    ]);
    const summary = JSON.parse(traffic.output.trim().split("\n").at(-1) ?? "");
    expect(traffic.exitCode).toBe(0);
    expect(summary).toMatchObject({ isSummary: true, sent: 45, completed: 45, errors: 0 });
  } finally {
    api.kill("SIGTERM");
  }
  expect(await ended).toEqual([0, null]);
});

test("a second scale is refused with 3 and says how to force it", async () => {
  const refused = await runMain(["seed", "--scale", "0.01"], environment);
  expect(refused.exitCode).toBe(3);
  expect(refused.errors).toContain("--force");
});

test("plain lines are printed where no terminal is", async () => {
  const forced = await runMain(["seed", "--scale", "0.005", "--seed", "2", "--force"], environment);
  expect(forced.output).toContain("content: 1000 rows\n");
  expect(forced.output).toMatch(/loaded 7560 rows in [\d.]+ s\n$/);
  expect(forced.output).not.toContain("\u001b");
});

test.each([
  [["seed", "--scale", "many"], 2, "--scale"],
  [["seed", "--scale", "-1"], 2, "scale"],
  [["seed", "--fast"], 2, "--fast"],
  [["api", "--port", "99999"], 2, "port"],
  [["api", "--cache", "disk"], 2, '"disk"'],
  [["api", "--cache", "redis"], 2, "MEDIA_REDIS_URL"],
  [["traffic", "--rate", "0"], 2, "rate"],
  [["fly"], 2, "fly"],
  [["traffic", "--url", "http://127.0.0.1:1"], 3, "media api"],
])("%j ends with %d and names %s", async (words, exitCode, named) => {
  const outcome = await runMain(words, environment);
  expect(outcome.exitCode).toBe(exitCode);
  expect(outcome.errors).toContain(named);
});

test("an unreachable database ends with 3", async () => {
  const outcome = await runMain(["seed", "--database", "postgresql://x@127.0.0.1:1/x"]);
  expect(outcome.exitCode).toBe(3);
  expect(outcome.errors).toContain("ECONNREFUSED");
});

test.each([[["--help"]], [["seed", "--help"]], [["api", "--help"]], [["traffic", "--help"]]])(
  "%j explains itself",
  async (words) => {
    const outcome = await runMain(words);
    expect(outcome.exitCode).toBe(0);
    expect(outcome.output).toContain("Usage");
  },
);
