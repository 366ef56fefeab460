import type { AuditPage, IssuedToken, TokenList } from "@streamgate/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { until } from "../../../../test/support/until.ts";
import { type Served, serveAnew } from "./served.ts";

let postgres: TestPostgres;
let served: Served;
beforeAll(async () => {
  postgres = await startTestPostgres({ hasStatementCounters: false });
  served = await serveAnew(postgres);
});
afterAll(async () => {
  await served?.stop();
  await postgres.stop();
});

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly content: unknown;
}

async function call(token: string, method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(new URL(`/api/v1${path}`, served.url), {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return { status: response.status, headers: response.headers, content: await response.json() };
}

async function make(scopes: readonly string[], more: object = {}): Promise<IssuedToken> {
  const body = { name: "ci", scopes, ...more };
  const { status, content } = await call(served.firstToken, "POST", "/tokens", body);
  expect(status).toBe(201);
  return content as IssuedToken;
}

describe("a token", () => {
  test("may do what its scope says, and its secret is told once", async () => {
    const reader = await make(["read"]);
    expect((await call(reader.token, "GET", "/audit")).status).toBe(200);
    expect(await call(reader.token, "GET", "/tokens")).toMatchObject({
      status: 403,
      content: { code: "SG_SERVER_SCOPE_MISSING" },
    });
    const actor = await make(["act"]);
    expect(actor.info.scopes).toEqual(["read", "act"]);
    const { content } = await call(actor.token, "GET", "/tokens");
    expect((content as TokenList).items.map(({ id }) => id)).toContain(reader.info.id);
    expect(JSON.stringify(content)).not.toContain(reader.token.slice(21));
  });

  test("stands nowhere in the store, except as a hash", async () => {
    const { token, info } = await make(["act"]);
    await call(token, "GET", "/audit");
    const rows = await served.platform.tables.query(
      "select to_jsonb(token)::text as text from streamgate.tokens token union all select to_jsonb(act)::text from streamgate.audit_log act",
    );
    const secret = token.slice(`sgt_${info.id}_`.length);
    expect(JSON.stringify(rows)).not.toContain(secret);
    expect(JSON.stringify(rows)).toContain("scrypt$16384$8$1$");
  });

  test("that was revoked is worth nothing at once", async () => {
    const { token, info } = await make(["read"]);
    expect((await call(token, "GET", "/audit")).status).toBe(200);
    expect((await call(served.firstToken, "DELETE", `/tokens/${info.id}`)).status).toBe(200);
    expect(await call(token, "GET", "/audit")).toMatchObject({
      status: 401,
      content: { code: "SG_SERVER_TOKEN_NOT_GOOD" },
    });
    expect((await call(served.firstToken, "DELETE", `/tokens/${info.id}`)).status).toBe(404);
  });

  test("that is rotated has a new secret, and the old one for as long as was asked for", async () => {
    const { token, info } = await make(["read"]);
    expect((await call(token, "GET", "/audit")).status).toBe(200);
    const rotate = `/tokens/${info.id}/rotate`;
    const graceful = await call(served.firstToken, "POST", rotate, { graceSeconds: 60 });
    const second = (graceful.content as IssuedToken).token;
    expect((await call(token, "GET", "/audit")).status).toBe(200);
    expect((await call(second, "GET", "/audit")).status).toBe(200);
    const hard = await call(served.firstToken, "POST", rotate, {});
    const third = (hard.content as IssuedToken).token;
    expect((await call(token, "GET", "/audit")).status).toBe(401);
    expect((await call(second, "GET", "/audit")).status).toBe(401);
    expect((await call(third, "GET", "/audit")).status).toBe(200);
  });

  test("that has had its time is worth nothing", async () => {
    const { token, info } = await make(["read"], { expiresInSeconds: 60 });
    await served.platform.tables.query(
      "update streamgate.tokens set expires_at = now() - interval '1 s' where id = $1",
      [info.id],
    );
    expect((await call(token, "GET", "/audit")).status).toBe(401);
  });

  test("notes when it was used last", async () => {
    const { token, info } = await make(["read"]);
    await call(token, "GET", "/audit");
    await until(async () => {
      const { content } = await call(served.firstToken, "GET", "/tokens");
      return (content as TokenList).items.some(
        ({ id, lastUsedAt }) => id === info.id && lastUsedAt !== null,
      );
    });
  });

  test("still lets in while the store does not answer", async () => {
    const { token } = await make(["read"]);
    expect((await call(token, "GET", "/session")).status).toBe(200);
    const [row] = await served.platform.tables.query<{ readonly name: string }>(
      "select current_database() as name",
    );
    await postgres.query(`alter database ${row?.name} allow_connections false`);
    await postgres.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1",
      [row?.name],
    );
    expect((await call(token, "GET", "/session")).status).toBe(200);
    await postgres.query(`alter database ${row?.name} allow_connections true`);
  });
});

test("every act says who did it, page by page", async () => {
  for (let times = 0; times < 3; times += 1) await make(["read"]);
  const pages: AuditPage[] = [];
  for (let after: string | null = ""; after !== null; after = pages.at(-1)?.next ?? null) {
    const search = new URLSearchParams({ limit: "2", act: "token created" });
    if (after !== "") search.set("after", after);
    const { content } = await call(served.firstToken, "GET", `/audit?${search}`);
    pages.push(content as AuditPage);
  }
  const ids = pages.flatMap(({ items }) => items.map(({ id }) => Number(id)));
  const known = await served.platform.tables.query<{ readonly id: string }>(
    "select id from streamgate.audit_log where act = 'token created' order by id desc",
  );
  expect(ids).toEqual(known.map(({ id }) => Number(id)));
  const { content } = await call(served.firstToken, "GET", "/audit?actor=token%20first&limit=1");
  expect((content as AuditPage).items[0]).toMatchObject({ act: "token created" });
  const beyond = await call(served.firstToken, "GET", "/audit?after=99999999999999999999");
  expect(beyond.status).toBe(400);
});

test("whoever guesses is made to wait, and whoever is known is not", async () => {
  const { token } = await make(["read"]);
  expect((await call(token, "GET", "/audit")).status).toBe(200);
  const guess = `${token.slice(0, -2)}zz`;
  const statuses: number[] = [];
  for (let times = 0; times < 14; times += 1)
    statuses.push((await call(guess, "GET", "/audit")).status);
  expect(new Set(statuses)).toEqual(new Set([401, 429]));
  const refused = await call(guess, "GET", "/audit");
  expect(refused.content).toMatchObject({ code: "SG_SERVER_TOO_MANY_REQUESTS" });
  expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  expect((await call(token, "GET", "/audit")).status).toBe(200);
});

test("nonsense from an address keeps nobody out who comes from there with a good token", async () => {
  const { token } = await make(["read"]);
  const statuses: number[] = [];
  for (let times = 0; times < 14; times += 1)
    statuses.push((await call("nonsense", "GET", "/audit")).status);
  expect(statuses.at(-1)).toBe(429);
  expect((await call(token, "GET", "/audit")).status).toBe(200);
});
