import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { StreamGateError } from "@streamgate/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readWatchFile } from "../../src/watching/watch-file.ts";
import { readWatchPlan } from "../../src/watching/watch-plan.ts";

let folder: string;
let path: string;

beforeAll(async () => {
  folder = await mkdtemp(join("/tmp", "streamgate-watch-file-"));
  path = join(folder, "watch.json");
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const TARGET = { url: "http://10.0.0.7:9464" };
const HOOK = { kind: "webhook", name: "pager", url: "https://pager.example/hook" };

async function refusal(
  content: unknown,
  environment: Readonly<Record<string, string>> = {},
): Promise<string> {
  await writeFile(path, typeof content === "string" ? content : JSON.stringify(content));
  const error = await readWatchPlan(path, environment).then(
    () => new Error("it was taken"),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof StreamGateError)) throw error;
  expect(error.code).toBe("SG_SERVER_BAD_SETTING");
  expect(error.message).toContain(path);
  return error.message;
}

describe("a watch file", () => {
  test("becomes a plan, with the secrets read from where they are", async () => {
    await writeFile(join(folder, "key"), "0123456789abcdef0123456789abcdef\n");
    await writeFile(
      path,
      JSON.stringify({
        targets: [{ ...TARGET, token: { env: "AGENT_TOKEN" } }],
        channels: [HOOK, { kind: "pagerduty", name: "duty", routingKey: { file: "key" } }],
        rules: { without: ["cpu-high"] },
        history: { limitBytes: 1e9, retentionMs: { "1s": 3_600_000 } },
      }),
    );
    const plan = await readWatchPlan(path, { AGENT_TOKEN: "sixteen letters!" });
    expect(plan.targets).toEqual([{ ...TARGET, token: "sixteen letters!" }]);
    expect(plan.alerting.channels?.map(({ name }) => name)).toEqual(["pager", "duty"]);
    expect(plan.rules.map(({ name }) => name)).not.toContain("cpu-high");
    expect(plan.history).toEqual({ limitBytes: 1e9, retentionMs: { "1s": 3_600_000 } });
  });

  test("as the guide shows it whole is taken", async () => {
    const guide = new URL("../../../../docs/guides/alerting.md", import.meta.url);
    const blocks = (await readFile(guide, "utf8")).matchAll(/```json\n(.*?)```/gs);
    const [whole] = [...blocks]
      .map(([, text]) => text ?? "")
      .filter((text) => text.includes("targets"));
    await writeFile(path, whole ?? "");
    await writeFile(join(folder, "slack-url"), "https://hooks.slack.example/x");
    const key = "0123456789abcdef0123456789abcdef";
    const plan = await readWatchPlan(path, {
      SHOP_AGENT_TOKEN: key,
      PAGERDUTY_ANA: key,
      PAGERDUTY_BEN: key,
      HOOK_SECRET: key,
    });
    expect(plan.targets).toHaveLength(2);
  });

  test("is read without its secrets by whoever only looks", async () => {
    const channel = { kind: "slack", name: "team", url: { env: "NOT_SET" } };
    await writeFile(path, JSON.stringify({ targets: [TARGET], channels: [channel] }));
    expect((await readWatchFile(path)).channels).toEqual([channel]);
    await expect(readWatchPlan(path, {})).rejects.toThrow("the variable NOT_SET is not set");
  });
});

describe("a watch file that is wrong is told by the place in it", () => {
  test.each<[string, unknown, string]>([
    ["an unknown key", { targets: [], rule: {} }, 'a key "rule" that means nothing there'],
    ["no targets", {}, 'its key "targets" is missing'],
    ["a target that is no address", { targets: [{ url: "10.0.0.7:9464" }] }, "targets/0/url"],
    ["a password in an address", { targets: [{ url: "http://me:pw@db" }] }, "targets/0/url"],
    ["an unknown kind", { targets: [], channels: [{ kind: "fax", name: "f" }] }, "channels/0/kind"],
    [
      "a channel without its address",
      { targets: [], channels: [{ kind: "slack", name: "s" }] },
      'its key "url" is missing',
    ],
    ["two channels of one name", { targets: [], channels: [HOOK, HOOK] }, 'channels = "pager"'],
    [
      "a route that leads nowhere",
      { targets: [], route: { routes: [{ channels: ["nobody"] }] } },
      'channels = "nobody"',
    ],
    [
      "a rota of strangers",
      {
        targets: [],
        rotas: [
          {
            name: "r",
            timeZone: "UTC",
            rotation: "daily",
            startsOn: "2026-01-01",
            people: ["ana"],
          },
        ],
      },
      'rota r.people = "ana"',
    ],
    [
      "a rule that ships under another name",
      { targets: [], rules: { without: ["cpu-hihg"] } },
      '"cpu-hihg"',
    ],
    ["a misspelt key of a rule", { targets: [], rules: { chnge: {} } }, "chnge"],
    ["no JSON", '{\n "targets": [],,\n}', "it is no JSON, at line 2"],
    ["half a file", '{\n "targets": [\n', "it is no JSON, at line 3"],
  ])("%s", async (_, content, saying) => {
    expect(await refusal(content)).toContain(saying);
  });

  test("a file that is not there is said to be not there", async () => {
    await expect(readWatchPlan(join(folder, "none.json"), {})).rejects.toThrow(
      "there is no such file",
    );
  });
});

describe("a secret is never told", () => {
  const SECRET = "hooks.slack.example/services/T0/B0/very-secret";

  test.each<[string, unknown]>([
    ["in an address that is none", { kind: "slack", name: "team", url: { env: "URL" } }],
    ["in the file itself", { kind: "slack", name: "team", url: SECRET }],
  ])("%s", async (_, channel) => {
    const message = await refusal({ targets: [], channels: [channel] }, { URL: SECRET });
    expect(message).toContain("team.url");
    expect(message).not.toContain("very-secret");
  });

  test("when the text around it is no JSON", async () => {
    const message = await refusal('{ "token": "very-secret" "targets": [] }');
    expect(message).not.toContain("very");
  });

  test("when its file is empty or not there", async () => {
    await writeFile(join(folder, "empty"), "\n");
    const channel = (file: string) => ({ kind: "slack", name: "team", url: { file } });
    expect(await refusal({ targets: [], channels: [channel("empty")] })).toContain("is empty");
    expect(await refusal({ targets: [], channels: [channel("gone")] })).toContain("gone");
  });
});
