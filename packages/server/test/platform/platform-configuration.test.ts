import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { StreamGateError } from "@streamgate/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { whileRunning } from "../../src/platform/keep-configuration.ts";
import { readPlatformConfiguration } from "../../src/platform/read-platform-configuration.ts";
import { showConfiguration } from "../../src/platform/show-configuration.ts";

let folder: string;
let path: string;

beforeAll(async () => {
  folder = await mkdtemp(join("/tmp", "streamgate-platform-file-"));
  path = join(folder, "streamgate.watch.json");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const URL = "postgresql://app:geheim@db.internal:5432/shop";
const DATABASE = { name: "shop", url: URL };

async function read(
  content: unknown,
  environment: Readonly<Record<string, string>> = {},
  flags: Parameters<typeof readPlatformConfiguration>[2] = {},
): ReturnType<typeof readPlatformConfiguration> {
  await writeFile(path, JSON.stringify(content));
  return readPlatformConfiguration(path, environment, flags);
}

async function refusal(content: unknown, flags = {}): Promise<string> {
  const error = await read(content, {}, flags).then(
    () => new Error("it was taken"),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof StreamGateError)) throw error;
  expect(error.code).toBe("SG_SERVER_BAD_SETTING");
  expect(error.message).not.toContain("geheim");
  return error.message;
}

describe("a configuration file", () => {
  test("names databases, Redis servers and a Prometheus, with secrets by reference", async () => {
    await writeFile(join(folder, "lab-url"), "postgresql://lab/shop\n");
    const configuration = await read(
      {
        databases: [
          {
            name: "shop",
            url: { env: "SHOP_URL" },
            lab: { file: "lab-url" },
            replicas: ["postgresql://replica/shop", { env: "SHOP_URL" }],
            adviseEveryMs: 0,
          },
        ],
        redis: [{ name: "cache", url: "redis://cache:6379", intervalMs: 5_000 }],
        prometheus: { url: "https://prometheus.internal", token: { env: "PROMETHEUS_TOKEN" } },
        access: { host: "0.0.0.0", port: 8080, hostNames: ["streamgate.example"] },
        objectives: { latencyP95Ms: 20 },
      },
      { SHOP_URL: URL, PROMETHEUS_TOKEN: "abc" },
    );
    expect(configuration.databases).toEqual([
      {
        name: "shop",
        url: URL,
        labUrl: "postgresql://lab/shop",
        replicaUrls: ["postgresql://replica/shop", URL],
        intervalMs: 10_000,
        adviseEveryMs: 0,
      },
    ]);
    expect(configuration.redis).toEqual([
      { name: "cache", url: "redis://cache:6379", intervalMs: 5_000 },
    ]);
    expect(configuration.prometheus).toEqual({ url: "https://prometheus.internal", token: "abc" });
    expect(configuration.access).toMatchObject({ host: "0.0.0.0", port: 8080, isOpen: false });
    expect(configuration.objectives).toMatchObject({ latencyP95Ms: 20, cacheHitRatio: 0.98 });
  });

  test("gives way to the command line", async () => {
    const { access } = await read(
      { databases: [DATABASE], access: { port: 8080 } },
      {},
      { host: "127.0.0.1", port: 0, isOpen: true },
    );
    expect(access).toMatchObject({ host: "127.0.0.1", port: 0, isOpen: true });
  });

  test("as the guide shows it whole is taken", async () => {
    const example = new globalThis.URL("../../../../deploy/streamgate.watch.json", import.meta.url);
    const content: unknown = JSON.parse(await readFile(example, "utf8"));
    await writeFile(join(folder, "slack-url"), "https://hooks.slack.example/x");
    const configuration = await read(content, {
      SHOP_DATABASE_URL: URL,
      SHOP_LAB_URL: URL,
      SHOP_REDIS_URL: "rediss://cache",
      SHOP_AGENT_TOKEN: "0123456789abcdef",
      PROMETHEUS_TOKEN: "p",
      OPENID_CLIENT_SECRET: "s",
      SLACK_URL: "https://hooks.slack.example/x",
    });
    expect(configuration.databases).toHaveLength(1);
  });

  test("is shown without a secret in it", async () => {
    const configuration = await read({
      databases: [DATABASE],
      redis: [{ name: "cache", url: "redis://:geheim@cache" }],
      prometheus: { url: "https://me:geheim@prometheus", token: "geheim" },
      targets: [{ url: "http://10.0.0.7:9464", token: "geheim-geheim-geheim" }],
      channels: [{ kind: "webhook", name: "hook", url: "https://pager.example/geheim" }],
      access: {
        openId: {
          issuer: "https://id.example",
          clientId: "streamgate",
          clientSecret: "geheim",
          publicUrl: "https://streamgate.example",
          allowed: ["@example.com"],
        },
      },
    });
    const shown = JSON.stringify(showConfiguration(configuration));
    expect(shown).not.toContain("geheim");
    expect(shown).toContain("db.internal:5432/shop");
  });

  test("is known again by its text and its secrets", async () => {
    const content = { databases: [{ name: "shop", url: { env: "SHOP_URL" } }] };
    const one = await read(content, { SHOP_URL: URL });
    expect((await read(content, { SHOP_URL: URL })).digest).toBe(one.digest);
    expect((await read(content, { SHOP_URL: `${URL}2` })).digest).not.toBe(one.digest);
  });
});

describe("a configuration file that is wrong is told by the place in it", () => {
  test.each<[string, unknown, string]>([
    ["nothing to watch", {}, 'its key "targets" is missing'],
    ["no address", { databases: [{ name: "shop", url: "mysql://geheim" }] }, "databases/0/url"],
    [
      "a replica that is none",
      { databases: [{ ...DATABASE, replicas: ["geheim"] }] },
      "databases/0/replicas/0",
    ],
    ["a lab that is none", { databases: [{ ...DATABASE, lab: "geheim" }] }, "databases/0/lab"],
    ["two of one name", { databases: [DATABASE, DATABASE] }, "databases/1/name"],
    [
      "a name that no series may have",
      { databases: [{ ...DATABASE, name: "a b" }] },
      "databases/0/name",
    ],
    ["too often", { databases: [{ ...DATABASE, intervalMs: 10 }] }, "databases/0/intervalMs"],
    [
      "a secret that is not there",
      { databases: [{ name: "a", url: { env: "NO" } }] },
      "the variable NO is not set",
    ],
    ["an unknown key", { databases: [{ ...DATABASE, user: "me" }] }, '"user" that means nothing'],
    ["a Redis that is none", { redis: [{ name: "r", url: "http://r" }] }, "redis/0/url"],
    ["a Prometheus without http", { redis: [], prometheus: { url: "geheim" } }, "prometheus/url"],
    ["a share above one", { redis: [], objectives: { errorShare: 2 } }, "objectives/errorShare"],
    ["open to the world", { redis: [], access: { open: true, host: "0.0.0.0" } }, "access/open"],
    [
      "a sign-in without its secret",
      { redis: [], access: { openId: { issuer: "https://id.example" } } },
      '"clientId" is missing',
    ],
  ])("%s", async (_, content, message) => {
    expect(await refusal(content)).toContain(message);
  });

  test("open by the command line beyond loopback", async () => {
    const message = await refusal({ redis: [] }, { host: "0.0.0.0", isOpen: true });
    expect(message).toContain("--open");
  });
});

test("where a server listens, and whether it is open, waits for its next start", async () => {
  const before = await read({ databases: [DATABASE], access: { host: "0.0.0.0", port: 1 } });
  const next = await read({
    databases: [{ ...DATABASE, intervalMs: 5_000 }],
    access: { host: "127.0.0.1", port: 2, open: true, hostNames: ["other.example"] },
    history: { limitBytes: 1e9 },
  });
  const { configuration, waiting } = whileRunning(before, next);
  expect(waiting).toEqual(["access.host", "access.port", "access.open", "history"]);
  expect(configuration.access).toEqual({
    host: "0.0.0.0",
    port: 1,
    isOpen: false,
    hostNames: ["other.example"],
  });
  expect(configuration.databases[0]?.intervalMs).toBe(5_000);
  expect(configuration.watch.history).toEqual({});
});
