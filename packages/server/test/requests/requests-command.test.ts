import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { runStreamGate } from "../../../../test/support/streamgate.ts";
import { readLines } from "../../src/requests/read-lines.ts";

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join("/tmp", "streamgate-requests-"));
});
afterAll(() => rm(folder, { recursive: true }));

const lookUp = (id: number) => ({
  sql: "select name from users where id = $1",
  parameters: [id],
  start: id,
  end: id + 1,
  stack: `Error\n    at ownerOf (/srv/shop/owners.ts:14:9)`,
});
const SLOW = JSON.stringify({
  request: "GET /posts",
  statements: [
    { sql: "select id from posts limit 60", start: 0, end: 1, rows: 60 },
    ...Array.from({ length: 60 }, (_, index) => lookUp(index + 1)),
  ],
});
const FINE = JSON.stringify({
  request: "GET /users/:id",
  statements: [lookUp(1), lookUp(2)],
});

async function recorded(name: string, lines: readonly string[]): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, lines.join("\n"));
  return file;
}

test("requests are read, and the N+1 is told with the statement that would ask once", async () => {
  const file = await recorded("good.jsonl", [FINE, SLOW, "", FINE]);
  const { code, stdout, stderr } = await runStreamGate(["requests", file]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  const text = stdout.replace(/\s+/g, " ");
  expect(text).toContain("3 requests with 65 statements: 1 finding");
  expect(text).toContain("GET /posts: 60 look-ups one by one, for 60 different keys");
  expect(text).toContain("asked at ownerOf (/srv/shop/owners.ts:14:9)");
  expect(text).toContain("Ask once: select id, name from users where id = any($1)");
  expect(text).toContain("time saved a request 58 ms (estimated)");
});

test("lines that are none are told with their numbers, and the others are read all the same", async () => {
  const file = await recorded("some-bad.jsonl", [
    FINE,
    "{",
    SLOW,
    '{"request":"x"}',
    '"text"',
    FINE,
  ]);
  const { code, stdout, stderr } = await runStreamGate(["requests", file, "--json"]);
  expect(code).toBe(0);
  expect(stderr.match(/line \d+ is left out/g)).toEqual([
    "line 2 is left out",
    "line 4 is left out",
    "line 5 is left out",
  ]);
  expect(JSON.parse(stdout)).toMatchObject({
    requests: 3,
    statements: 65,
    malformedLines: 3,
    malformed: [{ line: 2 }, { line: 4, happened: "it has no list `statements`" }, { line: 5 }],
    findings: [{ kind: "query/n-plus-one", severity: "high" }],
  });
});

test("--fail-on ends with 1 where a finding is as bad", async () => {
  const file = await recorded("fail-on.jsonl", [SLOW]);
  expect((await runStreamGate(["requests", file, "--fail-on", "high"])).code).toBe(1);
  expect((await runStreamGate(["requests", file, "--fail-on", "critical"])).code).toBe(0);
});

test("a file that is not there, and one without any request, could not be run", async () => {
  const missing = await runStreamGate(["requests", join(folder, "missing.jsonl")]);
  expect(missing.code).toBe(3);
  expect(missing.stderr).toContain("SG_SERVER_REQUESTS_UNREADABLE");
  const bad = await runStreamGate(["requests", await recorded("bad.jsonl", ["no", "json"])]);
  expect(bad.code).toBe(3);
});

test("lines are cut where they end, in whatever pieces they come", async () => {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    for (const byte of Buffer.from("\uFEFFgrün\r\n\n  two\nthree")) yield Uint8Array.of(byte);
  }
  const lines = [];
  for await (const line of readLines(pieces())) lines.push(line);
  expect(lines).toEqual([
    { number: 1, text: "grün" },
    { number: 3, text: "two" },
    { number: 4, text: "three" },
  ]);
});

test("a line that does not end is left out, and what follows is read", async () => {
  async function* pieces(): AsyncGenerator<Uint8Array> {
    const megabyte = Buffer.alloc(1024 * 1024, "x");
    for (let count = 0; count < 34; count += 1) yield megabyte;
    yield Buffer.from("\nnext\n");
  }
  const lines = [];
  for await (const line of readLines(pieces())) lines.push(line);
  expect(lines).toEqual([
    { number: 1, text: null },
    { number: 2, text: "next" },
  ]);
});
