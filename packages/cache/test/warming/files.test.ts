import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { until } from "../../../../test/support/until.ts";
import { createCache } from "../../src/cache.ts";
import { HITS_PER_SAMPLE } from "../../src/namespace/namespace-record.ts";
import {
  keepPopularity,
  loadPopularity,
  savePopularity,
} from "../../src/warming/popularity-file.ts";
import { replaceFile } from "../../src/warming/replace-file.ts";
import { restoreSnapshot, saveSnapshot } from "../../src/warming/snapshot/snapshot-file.ts";
import { openCache } from "../core/support/caches.ts";
import { driven } from "./support/drive.ts";
import { testFolder } from "./support/folder.ts";

const run = promisify(execFile);
const EXACT = { ttl: 60_000, jitter: 0, refreshAhead: 0 } as const;
const folder = await testFolder();
let files = 0;
function fileName(): string {
  files += 1;
  return join(folder, `file-${files}`);
}

describe("a snapshot in a file", () => {
  test("is there after a restart, readable by its user alone", async () => {
    const file = fileName();
    const { cache } = openCache();
    await cache.namespace("user", EXACT).getOrLoad(1, () => ({ name: "Ada" }));
    await saveSnapshot(cache, file);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const after = openCache();
    const users = after.cache.namespace("user", EXACT);
    expect(await restoreSnapshot(after.cache, file)).toMatchObject({
      restored: 1,
      ended: "complete",
    });
    expect(users.peek(1)).toEqual({ name: "Ada" });
  });

  test("that is not there is no error, and one that cannot be opened is", async () => {
    const { cache } = openCache();
    expect(await restoreSnapshot(cache, fileName())).toMatchObject({
      restored: 0,
      ended: "no snapshot",
    });
    await expect(restoreSnapshot(cache, join(folder, "\0"))).rejects.toMatchObject({
      code: "SG_CACHE_SNAPSHOT_NOT_READ",
    });
    expect(await restoreSnapshot(cache, folder)).toMatchObject({ ended: "not a snapshot" });
    await expect(restoreSnapshot(cache, fileName(), { perSecond: 0 })).rejects.toMatchObject({
      code: "SG_CACHE_BAD_OPTION",
    });
  });

  test("stays as it was when the new one cannot be written", async () => {
    const { cache } = openCache();
    await expect(saveSnapshot(cache, join(folder, "no", "such"))).rejects.toMatchObject({
      code: "SG_CACHE_SNAPSHOT_NOT_SAVED",
    });
    const file = fileName();
    await mkdir(file);
    await expect(saveSnapshot(cache, file)).rejects.toMatchObject({
      code: "SG_CACHE_SNAPSHOT_NOT_SAVED",
    });
    expect((await readdir(folder)).filter((name) => name.endsWith(".partial"))).toEqual([]);
  });

  test("stays as it was when the cache is closed under it", async () => {
    const file = fileName();
    await writeFile(file, "the former one");
    const { cache } = openCache();
    const users = cache.namespace("user", EXACT);
    for (let id = 0; id < 100; id += 1) await users.getOrLoad(id, () => "v".repeat(10_000));
    const saved = saveSnapshot(cache, file);
    const refused = expect(saved).rejects.toMatchObject({ code: "SG_CACHE_CLOSED" });
    await cache.close();
    await refused;
    expect(await readFile(file, "utf8")).toBe("the former one");
  });

  test("stays as it was when the disk takes no more", async () => {
    const file = fileName();
    await writeFile(file, "the former one");
    // A process that may write no file of more than 32 KiB.
    const program = join(import.meta.dirname, "support", "save-much-process.ts");
    const command = `ulimit -f 32; exec "$0" --conditions=source --import tsx "$1" "$2"`;
    const { stdout } = await run("sh", ["-c", command, process.execPath, program, file], {
      env: { ...process.env, TSX_DISABLE_CACHE: "1" },
    });
    expect(stdout).toContain("SG_CACHE_SNAPSHOT_NOT_SAVED");
    expect(await readFile(file, "utf8")).toBe("the former one");
    expect((await readdir(folder)).filter((name) => name.endsWith(".partial"))).toEqual([]);
  });
});

describe("a file that is replaced", () => {
  test("is the old one or the new one to whoever reads it meanwhile", async () => {
    const file = fileName();
    await replaceFile(file, [Buffer.alloc(100_000, "a")]);
    const seen = new Set<number>();
    let isOver = false;
    const reader = (async () => {
      while (!isOver) seen.add(new Set(await readFile(file, "latin1")).size);
    })();
    for (const letter of ["b", "c", "d"]) await replaceFile(file, [Buffer.alloc(100_000, letter)]);
    isOver = true;
    await reader;
    expect([...seen]).toEqual([1]);
    expect((await readFile(file, "latin1"))[0]).toBe("d");
  });

  test("takes away what a killed process left, and leaves what another still writes", async () => {
    const file = fileName();
    const { pid } = await diedProcess();
    await writeFile(`${file}.${pid}-0123abcd.partial`, "dead");
    await writeFile(`${file}.${process.ppid}-0123abcd.partial`, "alive");
    await writeFile(`${file}.notes`, "another's");
    await replaceFile(file, [Buffer.from("new")]);
    const names = (await readdir(folder)).filter((name) =>
      join(folder, name).startsWith(`${file}.`),
    );
    expect(names.toSorted()).toEqual(
      [`${file}.${process.ppid}-0123abcd.partial`, `${file}.notes`]
        .map((name) => name.slice(folder.length + 1))
        .toSorted(),
    );
  });
});

describe("popularity in a file", () => {
  test("tells the next process what to warm, the most valuable first", async () => {
    const file = fileName();
    const former = openCache();
    const users = former.cache.namespace<number>("user", EXACT);
    for (const [id, loadMs] of [
      [1, 10],
      [2, 300],
      [3, 100],
      [4, 1],
    ] as const) {
      await users.getOrLoad(id, () => {
        former.clock.advance(loadMs);
        return id;
      });
    }
    for (let hit = 0; hit < 2 * HITS_PER_SAMPLE; hit += 1) await users.getOrLoad(1, () => 0);
    await savePopularity(former.cache, file);
    const { cache, clock } = openCache();
    const next = cache.namespace<number>("user", EXACT);
    expect(await loadPopularity(cache, file)).toEqual({ isLoaded: true, namespaces: ["user"] });
    const loaded: unknown[] = [];
    const report = await driven(
      clock,
      next.warm(
        "popular",
        (id) => {
          loaded.push(id);
          return Number(id);
        },
        { limit: 3, concurrency: 1 },
      ),
    );
    expect(report).toMatchObject({ loaded: 3, ended: "complete" });
    expect(loaded).toEqual([1, 2, 3]);
    expect(next.peek(1)).toBe(1);
  });

  test("ids come as those who read give them", async () => {
    const { cache, clock } = openCache();
    const users = cache.namespace<string>("user", EXACT);
    const seen: unknown[] = [];
    const load = (id: unknown): string => {
      seen.push(id);
      return String(id);
    };
    for (const id of [7, "a", 1.5]) await users.getOrLoad(id, () => "x");
    await users.clear();
    await driven(clock, users.warm("popular", load));
    expect(new Set(seen)).toEqual(new Set([7, "a", "1.5"]));
    await users.clear();
    seen.length = 0;
    await users.getOrLoad("7", () => "read as text");
    await driven(clock, users.warm("popular", load));
    expect(seen).not.toContain(7);
    await users.clear();
    seen.length = 0;
    await driven(clock, users.warm("popular", load, { idOf: (text) => `id ${text}` }));
    expect(new Set(seen)).toEqual(new Set(["id 7", "id a", "id 1.5"]));
  });

  test("torn at any byte, foreign, or not there, it says so and changes nothing", async () => {
    const file = fileName();
    const { cache } = openCache();
    await cache.namespace("user", EXACT).getOrLoad(1, () => 1);
    await savePopularity(cache, file);
    const whole = await readFile(file);
    const before = cache.popularity();
    for (let length = 0; length < whole.length; length += 1) {
      await writeFile(file, whole.subarray(0, length));
      expect(await loadPopularity(cache, file)).toMatchObject({
        isLoaded: false,
        reason: "not a popularity file",
      });
    }
    for (const foreign of ["null", "[]", '{"namespaces":{}}', "\0\0\0", '"text"']) {
      await writeFile(file, foreign);
      expect((await loadPopularity(cache, file)).isLoaded, foreign).toBe(false);
    }
    await writeFile(file, whole.toString().replace('"version":1', '"version":9'));
    expect(await loadPopularity(cache, file)).toMatchObject({ reason: "of another version" });
    expect(await loadPopularity(cache, fileName())).toMatchObject({ reason: "no file" });
    expect(await loadPopularity(cache, folder)).toMatchObject({ reason: "unreadable" });
    expect(cache.popularity()).toEqual(before);
  });

  test("records that are none of ours are passed over, those beside them are not", async () => {
    const file = fileName();
    const { cache } = openCache();
    cache.namespace("user", EXACT);
    cache.namespace("page", EXACT);
    const namespaces = {
      user: { version: 1, total: 5, ids: [["a", 5, 0]] },
      page: { version: 1, total: "many", ids: 3 },
      gone: { version: 1, total: 5, ids: [["a", 5, 0]] },
    };
    await writeFile(
      file,
      JSON.stringify({ format: "streamgate-cache-popularity", version: 1, namespaces }),
    );
    await loadPopularity(cache, file);
    expect(cache.popularity().user?.ids).toEqual([["a", 5, 0]]);
    expect(cache.popularity().page?.ids).toEqual([]);
  });

  test("is saved on an interval and once more at the end, and a failure is told", async () => {
    const file = fileName();
    const cache = createCache();
    const users = cache.namespace("user", EXACT);
    await users.getOrLoad("first", () => 1);
    const keeper = keepPopularity(cache, file, { every: 100 });
    await until(async () => (await readFile(file, "utf8").catch(() => "")).includes("first"));
    await users.getOrLoad("last", () => 1);
    await keeper.close();
    expect(await readFile(file, "utf8")).toContain("last");
    const warnings: string[] = [];
    const failing = keepPopularity(cache, join(folder, "no", "such"), {
      every: 100,
      onWarning: (warning) => warnings.push(warning),
    });
    await until(() => warnings.length > 0);
    await expect(failing.close()).rejects.toMatchObject({ code: "SG_CACHE_POPULARITY_NOT_SAVED" });
    expect(() => keepPopularity(cache, file, { every: 1 })).toThrow("keepPopularity.every");
    await cache.close();
  });
});

async function diedProcess(): Promise<{ readonly pid: number }> {
  const { stdout } = await run(process.execPath, ["-e", "console.log(process.pid)"]);
  return { pid: Number(stdout) };
}
