import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { checkAlertmanagerConfig, checkPrometheusRules } from "../support/amtool.ts";
import {
  makeDataFolder,
  type Outcome,
  processesNaming,
  type RunningStreamGate,
  runStreamGate,
  startStreamGate,
} from "../support/streamgate.ts";
import { until } from "../support/until.ts";
import { startWatchedService, type WatchedService } from "../support/watched-service.ts";
import { startWebhookReceiver, type WebhookReceiver } from "../support/webhook-receiver.ts";

const TOKEN = "a-token-for-the-shop";
const SECRET = "a-secret-for-signatures";
const REQUESTS = { name: "http_server_request_duration_seconds" };
const FAILED = { where: [{ label: "http_response_status_code", matches: "5.." }] };
const environment = { SHOP_TOKEN: TOKEN, PAGER_SECRET: SECRET };
const data = makeDataFolder();

let folder: string;
let file: string;
let service: WatchedService;
let pager: WebhookReceiver;
let first: RunningStreamGate;
let second: RunningStreamGate;

/** What a watch file of these tests says; the default rules would tell of how busy the machine is. */
function watchFile(change: object = {}): string {
  return JSON.stringify({
    targets: [{ url: service.agentUrl, token: { env: "SHOP_TOKEN" } }],
    channels: [
      {
        kind: "webhook",
        name: "pager",
        url: pager.url,
        secret: { env: "PAGER_SECRET" },
        allowPrivateAddresses: true,
      },
      { kind: "slack", name: "team", url: { file: "slack-url" } },
    ],
    route: { channels: ["pager"], groupWaitMs: 100, groupIntervalMs: 500 },
    people: [{ name: "ana", channels: ["pager"] }],
    rotas: [
      {
        name: "backend",
        timeZone: "Europe/Berlin",
        rotation: "daily",
        startsOn: "2026-01-05",
        people: ["ana"],
      },
    ],
    rules: {
      defaults: false,
      rules: [
        {
          name: "orders-failing",
          kind: "threshold",
          severity: "high",
          summary: "{value} of the orders fail",
          unit: "ratio",
          runbook: "https://wiki.example/orders-failing",
          measure: {
            kind: "share",
            of: REQUESTS,
            part: FAILED,
            windowMs: 3_000,
            leastEvents: 10,
          },
          when: "above",
          threshold: 0.5,
          clearThreshold: 0.1,
          clearForMs: 1_000,
          leastFiringMs: 0,
        },
      ],
    },
    ...change,
  });
}

function watch(...words: readonly string[]): RunningStreamGate {
  return startStreamGate(["watch", file, "--data", data.path, ...words], { environment });
}

function alerts(...words: readonly string[]): Promise<Outcome> {
  return runStreamGate(["alerts", ...words, "--file", file, "--data", data.path]);
}

/** How often the pager was told, each notification once however often it came. */
function told(status: string): number {
  const { received } = pager;
  const ids = received.filter(({ notification }) => notification.status === status);
  return new Set(ids.map(({ notification }) => notification.id)).size;
}

function timesSaid(pattern: RegExp): number {
  return first.said().match(pattern)?.length ?? 0;
}

beforeAll(async () => {
  [service, pager] = await Promise.all([startWatchedService(TOKEN), startWebhookReceiver()]);
  folder = await mkdtemp(join("/tmp", "streamgate-watch-"));
  file = join(folder, "watch.json");
  await writeFile(join(folder, "slack-url"), "https://hooks.slack.example/services/T/B/secret\n");
  await writeFile(file, watchFile());
  first = watch();
  await first.untilSaid(/up\s+shop/);
});

afterAll(async () => {
  for (const run of [first, second]) run?.child.kill("SIGKILL");
  await Promise.all([first?.ended, second?.ended, service?.stop(), pager?.stop()]);
  await until(() => processesNaming(data.path).length === 0);
  await Promise.all([data.remove(), rm(folder, { recursive: true, force: true })]);
});

// Each builds on what those before it left: one of them alone cannot be tried again.
describe("streamgate watch and alerts", { retry: 0 }, () => {
  test("a fault of a process comes to the webhook, signed, and people act upon it", async () => {
    await service.fail();
    await until(() => told("firing") === 1);
    expect(pager.received[0]?.headers["streamgate-signature"]).toMatch(/^t=\d+,v1=[0-9a-f]{64}$/);
    await first.untilSaid(/FIRING\s+high\s+\S+ % of the orders fail/);

    const list = await alerts("list", "--fail-on", "high", "--json");
    expect(list.code, list.stderr).toBe(1);
    const [firing] = JSON.parse(list.stdout) as { ruleName: string; incident: string }[];
    expect(firing?.ruleName).toBe("orders-failing");
    const incident = firing?.incident ?? "";

    await alerts("deployed", "shop", "1.0.1");
    const acknowledged = await alerts("acknowledge", incident, "--author", "ana");
    expect(acknowledged.stdout).toContain("ana takes care of");
    const shown = await alerts("incident", incident);
    expect(shown.stdout).toContain("acknowledged, ana at work; shop");
    expect(shown.stdout).toMatch(/notified\s+pager was told/);
    const written = await alerts("post-mortem", incident);
    expect(written.stdout).toMatch(/^# Incident/);

    await service.mend();
    await until(() => told("resolved") === 1);
    await first.untilSaid(/RESOLVED\s+high/);
    expect((await alerts("list", "--fail-on", "info")).code).toBe(0);
  });

  test("a silence keeps quiet what fires", async () => {
    const before = told("firing");
    const resolvedBefore = timesSaid(/RESOLVED/g);
    const made = await alerts("silence", "service=shop", "--for", "5m", "--json");
    const { id } = JSON.parse(made.stdout) as { id: string };
    await service.fail();
    await until(async () => (await alerts("list")).stdout.includes("orders-failing"), 40_000);
    expect(told("firing")).toBe(before);
    await service.mend();
    await until(() => timesSaid(/RESOLVED/g) === resolvedBefore + 1);
    await alerts("unsilence", id);
    expect((await alerts("silences")).stdout).toContain("Nothing is silenced.");
  });

  test("a rule is replayed over what happened before it is armed", async () => {
    const planned = join(folder, "planned.json");
    const rule = {
      name: "orders-failing-a-little",
      kind: "threshold",
      measure: { kind: "share", of: REQUESTS, part: FAILED, windowMs: 60_000 },
      when: "above",
      threshold: 0.02,
    };
    await writeFile(planned, watchFile({ rules: { defaults: false, rules: [rule] } }));
    const words = ["alerts", "replay", rule.name, "--since", "10m", "--json"];
    const replayed = await runStreamGate([...words, "--file", planned, "--data", data.path]);
    const { summary } = JSON.parse(replayed.stdout) as { summary: { fired: number } };
    expect(summary.fired, replayed.stdout).toBeGreaterThanOrEqual(1);
  });

  test("the file alone says who answers, and is exported as Prometheus and Alertmanager take it", async () => {
    expect((await alerts("on-call")).stdout).toMatch(/^backend: ana/);
    const { stdout, code } = await alerts("export", "--to", join(folder, "export"));
    expect(code).toBe(0);
    const read = (name: string) => readFile(join(folder, "export", name), "utf8");
    const alertmanager = await read("alertmanager.yml");
    expect(await checkPrometheusRules(await read("streamgate.rules.yml"))).toBe("");
    expect(await checkAlertmanagerConfig(alertmanager)).toBe("");
    for (const text of [stdout, alertmanager]) expect(text).not.toContain("services/T/B");
  });

  test("SIGHUP takes the file over, and one that is wrong changes nothing", async () => {
    const readBefore = timesSaid(/Read .* again/g);
    await writeFile(file, watchFile({ route: { channels: ["nobody"] } }));
    first.child.kill("SIGHUP");
    await first.untilSaid(/not taken over.*route root\.channels = "nobody"/);
    const targets = [
      { url: service.agentUrl, token: TOKEN },
      { url: "http://127.0.0.1:9", name: "nobody-there" },
    ];
    await writeFile(file, watchFile({ targets, history: { limitBytes: 1e9 } }));
    first.child.kill("SIGHUP");
    await first.untilSaid(/Read .*watch\.json again.*history counts from the next start/);
    await first.untilSaid(/DOWN\s+nobody-there .*ECONNREFUSED/);
    await writeFile(file, watchFile());
    first.child.kill("SIGHUP");
    await until(() => timesSaid(/Read .* again/g) === readBefore + 2);
  });

  test("two instances alert once, and one goes on when the other is killed with the store's server", async () => {
    second = watch("--json");
    await second.untilSaid(/"kind":"target".*"isUp":true/);
    const before = told("firing");
    await service.fail();
    await until(() => told("firing") === before + 1);
    await service.mend();
    await until(() => told("resolved") === before + 1);
    // It may have begun with what the first one saved while an earlier alert fired; it sees the end of it in either case.
    await until(() => /"kind":"alert".*"state":"resolved"/.test(second.said()));

    first.child.kill("SIGKILL");
    await second.untilSaid(/"kind":"store found"/);
    await second.untilSaid(/"kind":"leading","isLeading":true/);
    await service.fail();
    await until(() => told("firing") === before + 2);
    expect(pager.received.map(({ body }) => body).join("")).not.toContain(SECRET);
  });

  test("SIGTERM ends it in order, with everything that it started", async () => {
    second.child.kill("SIGTERM");
    const { code, stdout, stderr } = await second.ended;
    expect(code, stderr).toBe(0);
    expect(stderr).not.toContain("SG_");
    for (const line of stdout.trim().split("\n")) expect(JSON.parse(line)).toHaveProperty("kind");
    expect(stdout + stderr + first.said()).not.toContain(TOKEN);
    await until(() => processesNaming(data.path).length === 0);
  });
});

test("a watch file that is wrong ends with 2 and the place in it, without what stands there", async () => {
  const bad = join(folder, "bad.json");
  await writeFile(bad, '{ "targets": [],\n "token": "very-secret" oops }');
  const { code, stderr } = await runStreamGate(["watch", bad, "--check"]);
  expect(stderr).toContain(bad);
  expect(stderr).toContain("it is no JSON, at line 2");
  expect(stderr).not.toContain("very-secret");
  expect(code).toBe(2);
});
