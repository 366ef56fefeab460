import { type Channel, parseRules } from "@streamgate/monitor";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestPostgres, type TestPostgres } from "../../../../test/support/postgres.ts";
import { until } from "../../../../test/support/until.ts";
import { startTestPlatform, type TestPlatform } from "../support/platform.ts";

const RULES = parseRules([
  {
    name: "queue-long",
    kind: "threshold",
    severity: "high",
    summary: "{value} jobs wait in {service}",
    measure: { kind: "gauge", of: { name: "jobs_waiting" }, windowMs: 5_000 },
    when: "above",
    threshold: 10,
    clearThreshold: 10,
    by: ["service"],
  },
  {
    name: "queue-growing",
    kind: "threshold",
    severity: "low",
    summary: "{value} jobs wait in {service}",
    measure: { kind: "gauge", of: { name: "jobs_waiting" }, windowMs: 5_000 },
    when: "above",
    threshold: 5,
    clearThreshold: 5,
    by: ["service"],
    forMs: 3_600_000,
  },
]);

/** Its server wants nothing of it, and says why with an address in which there is a password. */
const refusing: Channel = {
  name: "pager",
  send: async () => ({
    outcome: "refused",
    reason: "no such place: https://bot:hunter2@pager.example/x",
  }),
};

let postgres: TestPostgres;
let server: TestPlatform;
let feeding: NodeJS.Timeout | undefined;

beforeAll(async () => {
  postgres = await startTestPostgres({ hasStatementCounters: false });
  server = await startTestPlatform(postgres.url(), {
    rules: RULES,
    alerting: {
      channels: [refusing],
      people: [{ name: "ben", channels: ["pager"] }],
      rotas: [
        {
          name: "backend",
          timeZone: "Europe/Berlin",
          rotation: "weekly",
          startsOn: "2026-01-05",
          people: ["ben"],
        },
      ],
      escalations: [{ name: "backend", levels: [{ targets: [{ rota: "backend" }] }] }],
      route: { channels: ["pager"], escalation: "backend", groupWaitMs: 0 },
      retry: { firstMs: 20, longestMs: 50, refusalGiveUpAfterMs: 100 },
      giveUpAfterMs: 500,
    },
  });
  feeding = setInterval(feed, 500);
});

afterAll(async () => {
  clearInterval(feeding);
  await server?.stop();
  await postgres?.stop();
});

function feed(): void {
  const atMs = Date.now();
  const value = { min: 40, max: 40, sum: 40, count: 1, last: 40 };
  server.platform.monitor().feed([
    {
      key: { name: "jobs_waiting", labels: { service: "shop", instance: "a" } },
      point: { kind: "gauge", atMs, spanMs: 500, ...value },
    },
  ]);
}

async function firing(): Promise<boolean> {
  const query = { state: "firing", service: "shop" } as const;
  return (await server.call("listAlerts", { query })).items.length > 0;
}

/** A channel that refuses is an alert, too: what is asked for is that of the shop. */
const SHOP = { query: { service: "shop" } };

async function openIncident(): Promise<string> {
  await until(async () => (await server.call("listIncidents", SHOP)).items.length > 0);
  const [incident] = (await server.call("listIncidents", SHOP)).items;
  return incident?.id ?? "";
}

test("an alert that fires is shown with its incident, and one that is about to, without", async () => {
  await until(firing);
  await until(async () => (await server.call("listAlerts", SHOP)).items.length === 2);
  const { items } = await server.call("listAlerts", SHOP);
  expect(items).toMatchObject([
    { rule: "queue-long", state: "firing", severity: "high", value: 40, isSilenced: false },
    { rule: "queue-growing", state: "pending", incident: null },
  ]);
  expect(items[0]?.incident).toBe(await openIncident());
});

test("alerts are chosen by state, severity and service", async () => {
  await until(firing);
  const rulesOf = async (query: object): Promise<readonly string[]> =>
    (await server.call("listAlerts", { query })).items.map(({ rule }) => rule);
  expect(await rulesOf({ severity: "medium", service: "shop" })).toEqual(["queue-long"]);
  expect(await rulesOf({ service: "another" })).toEqual([]);
  await until(async () => (await rulesOf({ state: "pending", service: "shop" })).length === 1);
});

test("the rules in force say how many alerts each has", async () => {
  await until(firing);
  const { items } = await server.call("listRules");
  expect(items[0]).toMatchObject({ name: "queue-long", kind: "threshold", firing: 1 });
  expect(items[0]?.definition).toMatchObject({ threshold: 10, when: "above" });
});

test("a silence marks the alerts that it holds for, until it is ended", async () => {
  await until(firing);
  const made = await server.call("createSilence", {
    body: {
      conditions: [{ label: "service", operator: "matches", value: "sh.*" }],
      forSeconds: 600,
      comment: "we know\u0000 \ud800",
    },
  });
  expect(made).toMatchObject({ author: "ana", isInForce: true });
  expect((await server.call("listAlerts", SHOP)).items.every(({ isSilenced }) => isSilenced)).toBe(
    true,
  );
  expect(await server.call("endSilence", { parameters: { id: made.id } })).toMatchObject({
    isInForce: false,
  });
  expect((await server.call("listAlerts", SHOP)).items.some(({ isSilenced }) => isSilenced)).toBe(
    false,
  );
  const { items } = await server.call("listSilences");
  expect(items.find(({ id }) => id === made.id)).toMatchObject({ isInForce: false });
});

test("a silence with a pattern that would take for ever is refused", async () => {
  const body = {
    conditions: [{ label: "service", operator: "matches" as const, value: "(a+)+$" }],
    forSeconds: 600,
    comment: "hostile",
  };
  await expect(server.call("createSilence", { body })).rejects.toMatchObject({
    code: "SG_MONITOR_BAD_NOTIFICATION_OPTION",
  });
});

test("an incident is acknowledged, given back, noted on, acted on and resolved by whoever asks", async () => {
  const id = await openIncident();
  const parameters = { id };
  expect(await server.call("acknowledgeIncident", { parameters })).toMatchObject({
    status: "acknowledged",
    acknowledgedBy: "ana",
  });
  expect(await server.call("unacknowledgeIncident", { parameters })).toMatchObject({
    status: "open",
    acknowledgedBy: null,
  });
  await server.call("addIncidentNote", {
    parameters,
    body: { text: "looks like the\u0000 queue" },
  });
  await server.call("addIncidentAction", {
    parameters,
    body: { summary: "more workers", owner: "ben" },
  });
  const { actions } = await server.call("getIncident", { parameters });
  const action = actions.at(-1)?.id ?? "";
  await server.call("completeIncidentAction", { parameters: { id, action } });
  const other = { parameters: { id, action: "999999" } };
  await expect(server.call("completeIncidentAction", other)).rejects.toMatchObject({ status: 404 });
  await server.call("recordChange", {
    body: { kind: "deploy", summary: "shop 2.0", labels: { service: "shop" } },
  });
  const seen = await server.call("getIncident", { parameters });
  expect(seen.actions.at(-1)).toMatchObject({
    summary: "more workers",
    owner: "ben",
    isDone: true,
  });
  expect(seen.timeline.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(["opened", "acknowledged", "unacknowledged", "note", "change"]),
  );
  expect(seen.changes).toMatchObject([{ kind: "deploy", summary: "shop 2.0" }]);
  const { markdown } = await server.call("getPostMortem", { parameters });
  expect(markdown).toContain("shop 2.0");
  expect(await server.call("resolveIncident", { parameters })).toMatchObject({
    status: "resolved",
  });
  const { items } = await server.call("listAuditEntries", { query: { target: `incident ${id}` } });
  expect(items.map(({ act, actor }) => [act, actor])).toContainEqual([
    "resolve an incident",
    "person ana",
  ]);
});

test("incidents come in pages, and by their state", async () => {
  await openIncident();
  await postgres.query(`insert into streamgate_monitor.incidents
    (service, title, severity, status, started_at_ms, joined_at_ms, resolved_at_ms)
    select 'old', 'old ' || n, 'low', 'resolved', n, n, n from generate_series(1, 5) as n`);
  const ids: string[] = [];
  let after: string | undefined;
  do {
    const query = { service: "old", limit: 2, ...(after === undefined ? {} : { after }) };
    const page = await server.call("listIncidents", { query });
    ids.push(...page.items.map(({ id }) => id));
    after = page.next ?? undefined;
  } while (after !== undefined);
  expect(new Set(ids).size).toBe(5);
  expect([...ids].sort((left, right) => Number(right) - Number(left))).toEqual(ids);
  const unresolved = await server.call("listIncidents", {
    query: { status: "unresolved", service: "old" },
  });
  expect(unresolved.items).toEqual([]);
  const lost = server.call("listIncidents", { query: { after: "'; drop table" } });
  await expect(lost).rejects.toMatchObject({ status: 400 });
});

test("what could not be told is shown without its secrets, and sent again when somebody says so", async () => {
  await until(firing);
  await until(async () => (await server.call("getEscalation")).dead.length > 0);
  const view = await server.call("getEscalation");
  expect(view).toMatchObject({
    channels: ["pager"],
    onCall: [{ rota: "backend", person: "ben", isOverride: false }],
    policies: [{ name: "backend", levels: [{ targets: ["rota backend"] }], repeats: 2 }],
  });
  expect(JSON.stringify(view)).not.toContain("hunter2");
  const [letter] = view.dead;
  const again = await server.call("redeliverLetter", { parameters: { id: letter?.id ?? "" } });
  expect(again.dead.map(({ id }) => id)).not.toContain(letter?.id);
});

test("a change that is told twice under one id is one change, the first", async () => {
  const body = {
    id: "release-7",
    kind: "deploy" as const,
    summary: "7",
    labels: { service: "shop" },
  };
  await server.call("recordChange", { body });
  const again = await server.call("recordChange", { body: { ...body, summary: "not 7" } });
  expect(again.summary).toBe("7");
  const { items } = await server.call("listChanges", { query: { service: "shop" } });
  expect(items.filter(({ id }) => id === "release-7")).toHaveLength(1);
  expect((await server.call("listChanges", { query: { service: "other" } })).items).toEqual([]);
});

test("a change of tomorrow, of long ago, or with a thousand labels is refused", async () => {
  const change = { kind: "other" as const, summary: "x" };
  const labels = Object.fromEntries(
    Array.from({ length: 1_000 }, (_, index) => [`l${index}`, "x"]),
  );
  for (const part of [{ at: "2999-01-01T00:00:00Z" }, { at: "1970-01-01T00:00:00Z" }, { labels }])
    await expect(
      server.call("recordChange", { body: { ...change, ...part } }),
    ).rejects.toMatchObject({ status: 400 });
});

test("a rule that is not armed yet is tried on the past", async () => {
  const nowMs = Date.now();
  const seconds = Array.from({ length: 60 }, (_, index) => nowMs - 120_000 + index * 1_000);
  const value = { min: 40, max: 40, sum: 40, count: 1, last: 40 };
  const key = { name: "jobs_past", labels: { service: "shop" } };
  const monitor = server.platform.monitor();
  monitor.feed(
    seconds.map((atMs) => ({ key, point: { kind: "gauge", atMs, spanMs: 1_000, ...value } })),
  );
  await until(async () => {
    const selector = { name: "jobs_past", where: [] };
    const question = { selector, fromMs: nowMs - 300_000, toMs: nowMs };
    const read = await monitor.history?.read(question);
    return (read?.[0]?.points.length ?? 0) > 0;
  });
  const tried = {
    name: "queue-tried",
    kind: "threshold",
    severity: "low",
    summary: "{value} jobs wait",
    measure: { kind: "gauge", of: { name: "jobs_past" }, windowMs: 30_000 },
    when: "above",
    threshold: 20,
    clearThreshold: 20,
  };
  const view = await server.call("replayRules", {
    body: { from: "-5m", rules: { defaults: false, rules: [tried] } },
  });
  expect(view.rules).toMatchObject([
    { rule: "queue-tried", alerts: 1, examples: [{ summary: "40 jobs wait" }] },
  ]);
  const wrong = server.call("replayRules", { body: { rules: { rules: [{ name: "x" }] } } });
  await expect(wrong).rejects.toMatchObject({ code: "SG_MONITOR_BAD_RULE" });
  const unknown = server.call("replayRules", { body: { rule: "no-such" } });
  await expect(unknown).rejects.toMatchObject({ status: 404 });
  const years = server.call("replayRules", { body: { from: "-90d" } });
  await expect(years).rejects.toMatchObject({ status: 400 });
});
