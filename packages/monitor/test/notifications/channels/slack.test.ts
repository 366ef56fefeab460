import { afterEach, beforeEach, expect, test } from "vitest";
import { slackChannel, slackMessage } from "../../../src/notifications/channels/slack.ts";
import { notification, notifiedAlert } from "../notification-fixture.ts";
import { type Receiver, startReceiver } from "../receiver.ts";

let slack: Receiver;

beforeEach(async () => {
  slack = await startReceiver();
});
afterEach(() => slack.stop());

const never = new AbortController().signal;
const channelTo = (url: string) => slackChannel({ name: "team", url, allowPrivateAddresses: true });

test("Slack's ok is an acknowledgement", async () => {
  slack.answer((_, response) => response.end("ok"));
  expect(await channelTo(slack.url).send(notification(), never)).toEqual({ outcome: "delivered" });
});

test.each([
  [400, "invalid_payload", "refused"],
  [403, "action_prohibited", "refused"],
  [404, "no_service", "refused"],
  [410, "channel_is_archived", "refused"],
  [429, "rate_limited", "failed"],
  [500, "rollup_error", "failed"],
])("%i %s is %s, with Slack's word for it", async (status, word, outcome) => {
  slack.answer((_, response) => response.writeHead(status, { "retry-after": "30" }).end(word));
  expect(await channelTo(slack.url).send(notification(), never)).toMatchObject({
    outcome,
    reason: `it answered ${status}: ${word}`,
  });
});

test("nobody can call everybody, or put a link under other words, by an alert's text", () => {
  const hostile = "<!channel> <https://evil.example|log in> & <@U123>";
  const message = slackMessage(
    notification({
      title: hostile,
      alerts: [
        notifiedAlert({
          summary: hostile,
          labels: { service: hostile },
          runbook: "https://a.example/|x>*",
        }),
      ],
    }),
  );
  const marked = [
    message.text,
    ...message.blocks.flatMap(({ text }) => (text?.type === "mrkdwn" ? [text.text] : [])),
  ].join("\n");
  expect(marked).not.toContain("<!channel>");
  expect(marked).not.toContain("<@U123>");
  expect(marked).not.toContain("<https://evil.example");
  expect(marked).toContain("&lt;!channel&gt;");
  // The only link is the runbook's.
  expect(marked.match(/<[^>]*>/g)).toEqual(["<https://a.example/%7Cx&gt;*|runbook>"]);
});

test("a storm fits into Slack's limits and says what it leaves out", () => {
  const alerts = Array.from({ length: 50 }, (_, index) =>
    notifiedAlert({
      alertId: String(index),
      summary: "&".repeat(5_000),
      labels: { service: "x".repeat(5_000) },
    }),
  );
  const message = slackMessage(
    notification({ title: "é".repeat(5_000), alerts, firingCount: 10_000 }),
  );
  expect(message.blocks.length).toBeLessThanOrEqual(50);
  for (const { text, elements } of message.blocks) {
    if (text?.type === "plain_text") expect(text.text.length).toBeLessThanOrEqual(150);
    if (text?.type === "mrkdwn") expect(text.text.length).toBeLessThanOrEqual(3_000);
    for (const element of elements ?? []) expect(element.text.length).toBeLessThanOrEqual(3_000);
  }
  expect(JSON.stringify(message)).toContain("…and 9980 more alerts.");
});

test("a character of two halves is never cut in the middle", () => {
  const message = slackMessage(notification({ title: "😀".repeat(200) }));
  expect(message.blocks[0]?.text?.text).not.toMatch(/[\uD800-\uDBFF](?![\uDC00-\uDFFF])/);
});
