import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { appendFile, copyFile, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createPurgeQueue, type PurgeEvent, type PurgeQueue } from "@streamgate/cache/edge";
import { seededRandom, systemClock } from "@streamgate/core";
import { afterEach, beforeEach, expect, test } from "vitest";
import { until } from "../../../../test/support/until.ts";
import { openJournal } from "../../src/edge/queue/journal.ts";
import { EVERYTHING } from "../../src/edge/queue/target.ts";
import { EVERYTHING_KEY, type FakePurger, fakePurger } from "./fake-purger.ts";

const DYING_PROCESS = fileURLToPath(new URL("dying-process.ts", import.meta.url));

let folder = "";
let path = "";
const children: ChildProcess[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join("/tmp", "streamgate-test-journal-"));
  path = join(folder, "purges");
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await rm(folder, { recursive: true, force: true });
});

function open(
  purgers: readonly FakePurger[],
  onEvent: (event: PurgeEvent) => void = () => undefined,
  compactAtBytes?: number,
): Promise<PurgeQueue> {
  return createPurgeQueue({
    purgers,
    journal: { path, ...(compactAtBytes === undefined ? {} : { compactAtBytes }) },
    clock: systemClock,
    random: seededRandom(1),
    windowMs: 1,
    retryMinMs: 1,
    retryMaxMs: 5,
    drainMs: 10,
    onEvent,
  });
}

function deadPurger(name?: string): FakePurger {
  const purger = fakePurger(name === undefined ? {} : { name });
  purger.respond(() => Promise.resolve({ kind: "retry", reason: "away" }));
  return purger;
}

/** The journal's content if the process died now. */
async function leftNow(
  purgers: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const copy = join(folder, "copy");
  await copyFile(path, copy);
  const journal = await openJournal({ path: copy }, purgers);
  await journal.close();
  return journal.left;
}

async function startDyingProcess(): Promise<{
  readonly child: ChildProcess;
  readonly said: string;
}> {
  const flags = ["--conditions=source", "--import", "tsx", DYING_PROCESS, path];
  const child = spawn(process.execPath, flags, { stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString("utf8");
  });
  await until(() => said.includes("\n"));
  return { child, said };
}

test("what a killed process had accepted is purged by the next one", async () => {
  const { child, said } = await startDyingProcess();
  expect(said).toBe("accepted\n");
  const purger = fakePurger();
  const attempt = open([purger]);
  await expect(attempt).rejects.toMatchObject({
    code: "SG_CACHE_EDGE_JOURNAL_IN_USE",
    message: expect.stringContaining(`process ${child.pid}`),
  });
  child.kill("SIGKILL");
  await once(child, "exit");
  const events: PurgeEvent[] = [];
  const queue = await open([purger], (event) => events.push(event));
  await queue.idle();
  expect(events[0]).toEqual({ kind: "resumed", purger: "fake", tags: 2 });
  expect(purger.requests).toHaveLength(1);
  await queue.close();
  expect((await leftNow(["fake"])).get("fake")).toEqual([]);
});

test("two queues cannot have one journal, but one after the other can", async () => {
  const queue = await open([fakePurger()]);
  await expect(open([fakePurger()])).rejects.toMatchObject({
    code: "SG_CACHE_EDGE_JOURNAL_IN_USE",
  });
  await queue.close();
  await (await open([fakePurger()])).close();
});

test("the lock of an earlier life of this process number is taken over, that of another machine is not", async () => {
  const holder = { host: hostname(), pid: process.pid, thread: 0, startedAt: "another boot 1" };
  await writeFile(`${path}.lock`, JSON.stringify(holder));
  await (await open([fakePurger()])).close();
  await writeFile(`${path}.lock`, JSON.stringify({ ...holder, host: "elsewhere" }));
  await expect(open([fakePurger()])).rejects.toThrow(`process ${process.pid} on elsewhere`);
});

test("each purger has its own rest, and one that is new is not troubled with old purges", async () => {
  const queue = await open([deadPurger("one"), fakePurger({ name: "two" })]);
  await queue.submit(["a"]).accepted;
  await until(async () => (await leftNow(["two"])).get("two")?.length === 0);
  await queue.close();
  const left = await leftNow(["one", "two", "three"]);
  expect(Object.fromEntries(left)).toEqual({ one: ["a"], two: [], three: ["a"] });
});

test("a last line that was not written to its end is as if it had never been", async () => {
  const queue = await open([deadPurger()]);
  await queue.purge(["a"]);
  await queue.close();
  const whole = await readFile(path, "utf8");
  await appendFile(path, whole.slice(0, 20));
  expect((await leftNow(["fake"])).get("fake")).toEqual(["a"]);
});

test("any other damage makes every purger purge everything", async () => {
  const queue = await open([deadPurger()]);
  await queue.purge(["a"]);
  await queue.purge(["b"]);
  await queue.close();
  const whole = await readFile(path, "utf8");
  await writeFile(path, whole.replace('"a"', '"A"'));
  expect((await leftNow(["fake"])).get("fake")).toEqual([EVERYTHING, "b"]);
  const purger = fakePurger();
  const next = await open([purger]);
  await next.idle();
  expect(purger.taken).toContain(EVERYTHING_KEY);
  await next.close();
});

test("an escalation is in the journal in place of the single tags", async () => {
  const queue = await createPurgeQueue({
    purgers: [deadPurger()],
    journal: { path },
    clock: systemClock,
    random: seededRandom(1),
    maxPendingTags: 5,
    windowMs: 3_600_000,
    drainMs: 1,
  });
  for (let position = 0; position < 20; position += 1) await queue.purge([`tag-${position}`]);
  await until(async () => (await leftNow(["fake"])).get("fake")?.length === 1);
  expect((await leftNow(["fake"])).get("fake")).toEqual([EVERYTHING]);
  await queue.close();
});

test("a long journal is written anew with what is left", async () => {
  const queue = await open([fakePurger()], undefined, 2_000);
  for (let position = 0; position < 300; position += 1) await queue.purge([`tag-${position}`]);
  await queue.idle();
  await queue.close();
  expect((await stat(path)).size).toBeLessThan(10_000);
  expect((await leftNow(["fake"])).get("fake")).toEqual([]);
});

test("a folder that is not there is named", async () => {
  path = join(folder, "nowhere", "purges");
  await expect(open([fakePurger()])).rejects.toMatchObject({
    code: "SG_CACHE_EDGE_JOURNAL_FAILED",
    message: expect.stringContaining(path),
  });
});

test("whenever the process dies, what was accepted has been purged since or is left in the journal", async () => {
  const random = seededRandom(42);
  const purgers = [fakePurger({ name: "one" }), fakePurger({ name: "two", repeatAfterMs: 3 })];
  for (const purger of purgers)
    purger.respond(async (keys) => {
      if (random.next() < 0.5) await systemClock.sleep(random.integer(3));
      const lot = random.next();
      if (lot < 0.3) return { kind: "retry", reason: "by lot" };
      const failedKeys = keys.filter(() => random.next() < 0.3);
      return lot < 0.6 && failedKeys.length > 0
        ? { kind: "partly", failedKeys, reason: "by lot" }
        : { kind: "purged" };
    });
  const queue = await open(purgers, undefined, 3_000);
  for (let round = 0; round < 60; round += 1) {
    const tags = Array.from({ length: 1 + random.integer(5) }, () => `tag-${random.integer(20)}`);
    const takenBefore = purgers.map(({ taken }) => taken.length);
    await queue.purge(tags);
    if (random.next() < 0.7) await systemClock.sleep(random.integer(4));
    const left = await leftNow(["one", "two"]);
    for (const [position, purger] of purgers.entries()) {
      const covered = new Set([
        ...purger.taken.slice(takenBefore[position]),
        ...(left.get(purger.name) ?? []),
      ]);
      expect(tags.filter((tag) => !covered.has(tag))).toEqual([]);
    }
  }
  for (const purger of purgers) purger.recover();
  await queue.idle();
  await queue.close();
  expect(Object.fromEntries(await leftNow(["one", "two"]))).toEqual({ one: [], two: [] });
});
