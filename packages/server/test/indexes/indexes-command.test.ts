import type { IndexCaseList, IndexChangeList, IndexPage } from "@streamgate/contract";
import { systemClock } from "@streamgate/core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { runCommand } from "../../src/command-line/run-command.ts";
import type { Terminal } from "../../src/command-line/terminal.ts";
import { indexes } from "../../src/commands/indexes.ts";
import { collectIndexes } from "../../src/indexes/collect-indexes.ts";
import { openStorePool } from "../../src/platform/store-pool.ts";
import { openPostgresStore } from "../../src/store/postgres-store.ts";
import { aFinding } from "../support/findings.ts";

const SCHEMA = `
create table owners (id int primary key);
create table songs (id int primary key, owner int references owners, title text, plays int);
create index songs_owner on songs (owner);
create index songs_title on songs (title);
create index songs_title_plays on songs (title, plays);
insert into owners select g from generate_series(1, 100) g;
insert into songs select g, 1 + g % 100, md5(g::text), g from generate_series(1, 5000) g;
analyze;
create role reader login password 'r';
grant pg_monitor to reader`;

let postgres: TestPostgres;
let url: string;
let storeUrl: string;
beforeAll(async () => {
  postgres = await startTestPostgres({ hasStatementCounters: false });
  url = await postgres.createDatabase("media");
  storeUrl = await postgres.createDatabase("store");
  for (const statement of SCHEMA.split(";\n")) await postgres.query(statement, undefined, "media");
});
afterAll(() => postgres?.stop());

async function run(...words: readonly string[]): Promise<string> {
  const printed: string[] = [];
  const terminal: Terminal = {
    print: (text) => printed.push(text),
    tell: () => undefined,
    draw: () => undefined,
    canAsk: false,
    canDraw: false,
    hasColour: false,
    widthColumns: 100,
    ask: async () => false,
  };
  await runCommand(["indexes", ...words, "--store", storeUrl], [indexes], {
    terminal,
    signal: new AbortController().signal,
    environment: {},
    folder: "/tmp",
  });
  return printed.join("\n");
}
const asJson = async <Result>(...words: readonly string[]): Promise<Result> =>
  JSON.parse(await run(...words, "--json")) as Result;

describe("streamgate indexes URL", () => {
  const asReader = (): string => {
    const address = new URL(url);
    address.username = "reader";
    address.password = "r";
    return address.href;
  };

  it("lists the indexes of a database as they are now, by a role that may only look", async () => {
    const text = await run(asReader(), "all");
    expect(text).toContain("songs_title_plays");
    expect(text).toContain("owners_pkey (primary key)");
    const page = await asJson<IndexPage>("all", asReader(), "--sort", "name", "--limit", "2");
    expect(page.items.map(({ name }) => name)).toEqual(["owners_pkey", "songs_owner"]);
    expect(page.total).toBe(5);
  });

  it("says what nothing used, that this is no proof yet, and what must stay all the same", async () => {
    const text = await run("unused", asReader());
    expect(text).toContain("songs_title on public.songs");
    expect(text).toContain("not advised: ");
    expect(text).not.toContain("DROP INDEX");
    expect(text).toContain("and must stay:");
    expect(text).toMatch(/songs_owner: it is not scanned, but[\s\S]*would read the whole\s+table/);
    const { refused } = await asJson<IndexCaseList>("unused", asReader());
    expect(refused.find(({ index }) => index.name === "songs_owner")?.reason).toBe("foreign-key");
  });

  it("shows which of two does the other's work", async () => {
    const text = await run("duplicate", asReader());
    expect(text).toContain("DROP INDEX CONCURRENTLY public.songs_title;");
  });

  it("does not pretend to know what one look cannot tell", async () => {
    await expect(run("changed", asReader())).rejects.toMatchObject({ code: "SG_SERVER_USAGE" });
    await expect(run("missing", asReader())).rejects.toThrow("streamgate advise URL");
  });

  it("never prints the password", async () => {
    expect(await run("all", asReader(), "--json")).not.toContain(":r@");
  });
});

describe("streamgate indexes", () => {
  it("knows nothing where nobody watches", async () => {
    expect(await run()).toBe("No index is known.");
    await expect(run("all", "media")).rejects.toThrow("nothing of it is kept");
    await expect(run("unusde")).rejects.toThrow("did you mean `streamgate indexes unused`?");
  });

  it("tells what was kept, and what changed since", async () => {
    const tables = openStorePool(async () => storeUrl);
    const look = () => collectIndexes({ database: "media", url, tables, clock: systemClock });
    await look();
    await postgres.query("create index songs_plays on songs (plays)", undefined, "media");
    await look();
    await tables.close();
    expect(await run("all", "media")).toContain("songs_plays");
    const { items } = await asJson<IndexChangeList>("changed");
    expect(items).toMatchObject([
      { name: "songs_plays", event: "appeared", act: null, effect: { verdict: "too early" } },
    ]);
    const text = await run("changed", "media");
    expect(text).toContain("songs_plays on public.songs (media) appeared");
    expect(text).toMatch(/too early \[(measured|estimated)\]/);
  });

  it("tells which indexes are missing, by what was found", async () => {
    expect(await run("missing")).toContain("No index is missed");
    const store = await openPostgresStore({
      locate: async () => storeUrl,
      serverPid: null,
      close: async () => undefined,
    });
    const begun = await store.beginRun({ target: "media", connection: "media", goal: "test" });
    await store.recordFinding(begun, "media", aFinding({ id: "missing-1" }));
    await store.close();
    const text = await run("missing", "media");
    expect(text).toContain("missing-1 public.orders (media), found, saves ≈ 12 min an hour");
  });
});
