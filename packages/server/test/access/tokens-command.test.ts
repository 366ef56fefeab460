import type { IssuedToken, TokenList } from "@streamgate/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { runCommand } from "../../src/command-line/run-command.ts";
import type { Terminal } from "../../src/command-line/terminal.ts";
import { tokens } from "../../src/commands/tokens.ts";
import { type Served, serveAnew } from "./served.ts";

let postgres: TestPostgres;
let served: Served;
let storeUrl: string;
beforeAll(async () => {
  postgres = await startTestPostgres({ hasStatementCounters: false });
  served = await serveAnew(postgres);
  storeUrl = postgres.url(served.platform.store.address.split("/").at(-1));
});
afterAll(async () => {
  await served?.stop();
  await postgres.stop();
});

async function run(...words: readonly string[]): Promise<string> {
  const printed: string[] = [];
  const terminal: Terminal = {
    print: (text) => printed.push(text),
    tell: () => undefined,
    draw: () => undefined,
    canAsk: false,
    canDraw: false,
    hasColour: false,
    widthColumns: 80,
    ask: async () => false,
  };
  const surroundings = {
    terminal,
    signal: new AbortController().signal,
    environment: {},
    folder: "/tmp",
  };
  await runCommand(["tokens", ...words, "--store", storeUrl], [tokens], surroundings);
  return printed.join("\n");
}

const statusWith = async (token: string): Promise<number> =>
  (
    await fetch(new URL("/api/v1/tokens", served.url), {
      headers: { authorization: `Bearer ${token}` },
    })
  ).status;

test("whoever lost the first token makes another beside the running server, and gets in", async () => {
  const made = JSON.parse(
    await run("create", "rescue", "--scope", "act", "--expires", "30d", "--json"),
  ) as IssuedToken;
  expect(made.info).toMatchObject({ name: "rescue", scopes: ["read", "act"] });
  expect(await statusWith(made.token)).toBe(200);
  const rotated = JSON.parse(await run("rotate", made.info.id, "--json")) as IssuedToken;
  expect(await statusWith(rotated.token)).toBe(200);
});

test("the list shows no secret, and a revoked token is not in it", async () => {
  const [token = ""] = (await run("create", "short")).split("\n");
  const { items } = JSON.parse(await run("list", "--json")) as TokenList;
  const id = items.find(({ name }) => name === "short")?.id ?? "";
  expect(await run("list")).toContain("short  read  for ever  never used");
  expect(await run("list")).not.toContain(token.slice(21));
  expect(await run("revoke", id)).toMatch(/^Revoked: /);
  expect(await run()).not.toContain(id);
  expect(await statusWith(token)).toBe(401);
});

test("what cannot be is said", async () => {
  await expect(run("revoke", "0123456789abcdef")).rejects.toMatchObject({
    code: "SG_SERVER_TOKEN_NOT_FOUND",
  });
  await expect(run("create")).rejects.toMatchObject({ code: "SG_SERVER_USAGE" });
  await expect(run("creat", "x")).rejects.toThrow(/did you mean `streamgate tokens create`/);
  await expect(run("create", "x", "--scope", "all")).rejects.toMatchObject({
    code: "SG_SERVER_BAD_SETTING",
  });
  await expect(run("create", "x", "--expires", "1s")).rejects.toThrow(/too short/);
});
