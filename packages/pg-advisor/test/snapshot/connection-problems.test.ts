import { readFile, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { StreamGateError } from "@streamgate/core";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { explainConnectionError } from "../../src/snapshot/connection-problems.ts";
import { readSnapshot } from "../../src/snapshot/read-snapshot.ts";
import { refuseOldServers } from "../../src/snapshot/read-transaction.ts";

let server: TestPostgres;

beforeAll(async () => {
  server = await startTestPostgres();
  await server.query("create role limited login password 'l' connection limit 0");
});
afterAll(() => server.stop());

function urlWith(change: (url: URL) => void): string {
  const url = new URL(server.url());
  change(url);
  return url.href;
}

async function problemOf(url: string, options = {}): Promise<StreamGateError> {
  const thrown: unknown = await readSnapshot(url, options).catch((error: unknown) => error);
  if (thrown instanceof StreamGateError) return thrown;
  throw new Error(`not an error of the catalogue: ${String(thrown)}`);
}

test("a port where nothing listens", async () => {
  const problem = await problemOf("postgresql://me:secret@127.0.0.1:1/shop");
  expect(problem.code).toBe("SG_PG_UNREACHABLE");
  expect(problem.message).toContain("Tried to connect to 127.0.0.1:1/shop: nothing listens there");
});

test("a host that nobody knows", async () => {
  const problem = await problemOf("postgresql://me:secret@nowhere.invalid/shop");
  expect(problem.code).toBe("SG_PG_UNREACHABLE");
  expect(problem.happened).toMatch(/no such host|could not be looked up/);
});

test("a wrong password", async () => {
  const problem = await problemOf(urlWith((url) => (url.password = "wrong-secret")));
  expect(problem.code).toBe("SG_PG_PASSWORD");
  expect(problem.message).not.toContain("wrong-secret");
});

test("no password where one is wanted", async () => {
  const problem = await problemOf(urlWith((url) => (url.password = "")));
  expect(problem).toMatchObject({
    code: "SG_PG_PASSWORD",
    happened: "the server wants a password and none was given",
  });
});

test("a database that is not there", async () => {
  const problem = await problemOf(urlWith((url) => (url.pathname = "/nowhere")));
  expect(problem).toMatchObject({
    code: "SG_PG_NO_DATABASE",
    happened: 'the server has no database "nowhere"',
  });
});

test("a role whose connections are all taken", async () => {
  const problem = await problemOf(
    urlWith((url) => {
      url.username = "limited";
      url.password = "l";
    }),
  );
  expect(problem.code).toBe("SG_PG_TOO_MANY_CONNECTIONS");
  expect(problem.remedy).toContain("alter system set max_connections");
});

test("TLS that the server does not speak", async () => {
  const problem = await problemOf(urlWith((url) => url.searchParams.set("sslmode", "require")));
  expect(problem.code).toBe("SG_PG_TLS_REFUSED");
  expect(problem.remedy).toContain("sslmode=disable");
});

test("TLS that the server demands, and a host that it lets not in", async () => {
  const file = join(server.cluster.dataFolder, "pg_hba.conf");
  const before = await readFile(file, "utf8");
  const others = `host all streamgate all scram-sha-256\n`;
  try {
    await server.query(
      "create role tls_only login password 't'; create role nobody_in login password 'n'",
    );
    await writeFile(
      file,
      `hostssl all tls_only all scram-sha-256\nhost all nobody_in all reject\n${others}`,
    );
    await server.query("select pg_reload_conf()");
    const as = (user: string) => urlWith((url) => (url.username = user));
    // Without TLS in the server itself a hostssl line is left out, and no line fits.
    const demanded = await problemOf(as("tls_only"));
    expect(demanded.code).toBe("SG_PG_TLS_DEMANDED");
    expect(demanded.remedy).toContain("sslmode=require");
    const rejected = await problemOf(as("nobody_in"));
    expect(["SG_PG_NOT_ALLOWED", "SG_PG_TLS_DEMANDED"]).toContain(rejected.code);
  } finally {
    await writeFile(file, before);
    await server.query("select pg_reload_conf()");
  }
});

test("a certificate that nobody vouches for", () => {
  const cause = Object.assign(new Error("self-signed certificate"), {
    code: "DEPTH_ZERO_SELF_SIGNED_CERT",
  });
  const address = { host: "db", port: 5432, database: "shop", user: "me" };
  expect(explainConnectionError(cause, address)).toMatchObject({
    code: "SG_PG_TLS_UNTRUSTED",
    remedy: expect.stringContaining("sslrootcert"),
  });
});

test("a server that accepts and never answers", async () => {
  const silent = await listen();
  try {
    const { port } = silent.address() as { readonly port: number };
    const problem = await problemOf(`postgresql://me:secret@127.0.0.1:${port}/shop`, {
      connectTimeoutMs: 100,
    });
    expect(problem).toMatchObject({
      code: "SG_PG_CONNECT_TIMEOUT",
      happened: "it did not answer within 100 ms",
    });
  } finally {
    silent.close();
  }
});

function listen(): Promise<Server> {
  return new Promise((resolve) => {
    const silent = createServer((socket) => socket.on("error", () => undefined));
    silent.listen(0, "127.0.0.1", () => resolve(silent));
  });
}

test.each([
  ["host=localhost password=hunter2", "key=value"],
  ["mysql://me:hunter2@localhost/shop", "postgresql://"],
  ["", "postgresql://"],
  ["postgresql://me:hunter2@[::::]:99999/%zz", "parsed"],
  ["postgresql://me:hunter2@localhost/shop?sslrootcert=/nowhere/ca.pem", "certificate file"],
])("the connection string %j is refused without repeating the password", async (url, hint) => {
  const problem = await problemOf(url);
  expect(problem.code).toBe("SG_PG_CONNECTION_STRING");
  expect(problem.happened).toContain(hint);
  expect(`${problem.message} ${String(problem.cause)}`).not.toContain("hunter2");
});

test("whatever the connection string, its password is in no message", async () => {
  await fc.assert(
    fc.asyncProperty(fc.stringMatching(/^[\x21-\x7e]{0,12}$/), async (noise) => {
      const password = `s3cr3t${noise}`;
      const problem = await problemOf(`postgresql://me:${password}@127.0.0.1:1/shop`, {
        connectTimeoutMs: 500,
      });
      expect(problem.message).not.toContain("s3cr3t");
    }),
    { numRuns: 50 },
  );
});

test("a server older than 14", async () => {
  const old = { query: async () => ({ rows: [{ number: 130_011, version: "13.11" }] }) };
  await expect(refuseOldServers(old as never, "db:5432/shop")).rejects.toMatchObject({
    code: "SG_PG_TOO_OLD",
    happened: "it is version 13.11, and 14 is the oldest that can be read",
  });
});

test("a timeout that is no number of milliseconds is refused by name", async () => {
  await expect(readSnapshot(server.url(), { lockTimeoutMs: -1 })).rejects.toThrow(
    "lockTimeoutMs must be a positive whole number of milliseconds, not -1",
  );
});
