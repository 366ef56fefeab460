import { exportAlertmanagerConfig } from "@streamgate/monitor";
import { expect, test } from "vitest";
import { checkAlertmanagerConfig } from "../../../../test/support/amtool.ts";
import type { ChannelEntry } from "../../src/watching/channels-from-file.ts";
import { exportReceivers } from "../../src/watching/export-receivers.ts";

const SECRET = "very-secret";
const CHANNELS: readonly ChannelEntry[] = [
  { kind: "slack", name: "team", url: { file: "slack-url" } },
  { kind: "slack", name: "all hands", url: `https://hooks.slack.example/${SECRET}` },
  { kind: "pagerduty", name: "duty", routingKey: { env: "PAGERDUTY" } },
  {
    kind: "webhook",
    name: "log",
    url: "https://log.example/alerts",
    secret: `${SECRET}-16-letters`,
  },
  { kind: "webhook", name: "hidden", url: { env: "HOOK" }, headers: { authorization: SECRET } },
  { kind: "alertmanager", name: "am", url: "https://am.example" },
  {
    kind: "email",
    name: "mail",
    host: "smtp.example",
    from: "a@example.org",
    to: ["b@example.org", "c@example.org"],
    user: "a",
    password: SECRET,
  },
];

const { receivers, remarks } = exportReceivers({ channels: CHANNELS, folder: "/etc/streamgate" });

test("channels become receivers whose secrets are files", () => {
  expect(receivers).toEqual({
    team: { kind: "slack", apiUrlFile: "/etc/streamgate/slack-url", channel: "" },
    "all hands": {
      kind: "slack",
      apiUrlFile: "/etc/alertmanager/secrets/all_hands",
      channel: "",
    },
    duty: { kind: "pagerduty", routingKeyFile: "/etc/alertmanager/secrets/duty" },
    log: { kind: "webhook", url: "https://log.example/alerts" },
    mail: {
      kind: "email",
      to: "b@example.org, c@example.org",
      from: "a@example.org",
      smarthost: "smtp.example:587",
    },
  });
});

test("what a person has to complete is told, and no secret is", () => {
  expect(remarks).toContain(
    "Put the address of all hands into /etc/alertmanager/secrets/all_hands.",
  );
  expect(remarks).toContain("The address of hidden is a secret: add webhook_configs with its url.");
  expect(remarks).toContain("am is an Alertmanager itself, and no receiver of one.");
  expect(JSON.stringify({ receivers, remarks })).not.toContain(SECRET);
});

test("amtool takes the result", async () => {
  const channels = CHANNELS.map(({ name }) => name);
  const yaml = exportAlertmanagerConfig({ route: { channels }, receivers });
  expect(await checkAlertmanagerConfig(yaml)).toBe("");
});
