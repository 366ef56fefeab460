import { type Clock, type Severity, systemClock } from "@streamgate/core";
import type { Channel } from "../channel.ts";
import { deliverJson } from "../http/deliver-json.ts";
import type { Notification, NotifiedAlert } from "../notification.ts";
import { channelName, type HttpChannelOptions, receiverUrl } from "./channel-options.ts";
import {
  isAddress,
  labelsInWords,
  shorten,
  timeInWords,
  unlistedCount,
  whyInWords,
} from "./wording.ts";

export interface SlackOptions extends HttpChannelOptions {
  /** The address of an incoming webhook; whoever knows it can write, so it is a secret. */
  readonly url: string;
  readonly clock?: Clock;
}

/** Slack's limits: 50 blocks a message, 3,000 characters a section, 150 a header. */
const MOST_ALERTS_SHOWN = 20;
const MOST_SECTION = 2_900;
const MOST_HEADER = 150;
const MOST_SUMMARY = 600;

const MARKS: Readonly<Record<Severity, string>> = {
  critical: ":red_circle:",
  high: ":red_circle:",
  medium: ":large_orange_circle:",
  low: ":large_yellow_circle:",
  info: ":large_blue_circle:",
};

/**
 * Writes to Slack by an incoming webhook, with blocks. Slack has no key by which it would merge a doubled message, so
 * one may show twice after a crash; it says the same.
 *
 * @throws StreamGateError `SG_MONITOR_BAD_NOTIFICATION_OPTION`
 * @example
 * ```ts
 * import { slackChannel } from "@streamgate/monitor";
 * const team = slackChannel({ name: "team", url: process.env.SLACK_URL ?? "https://hooks.slack.com/services/T/B/x" });
 * ```
 */
export function slackChannel(options: SlackOptions): Channel {
  const name = channelName(options.name);
  const url = receiverUrl(`${name}.url`, options.url);
  const clock = options.clock ?? systemClock;
  return {
    name,
    send: (notification, signal) =>
      deliverJson(
        {
          url,
          body: JSON.stringify(slackMessage(notification)),
          allowsPrivateAddresses: options.allowPrivateAddresses ?? false,
          certificateAuthority: options.certificateAuthority,
          signal,
        },
        clock,
      ),
  };
}

/** A block of Slack's Block Kit, as far as it is used here. */
interface SlackBlock {
  readonly type: "header" | "section" | "context" | "divider";
  readonly text?: { readonly type: "plain_text" | "mrkdwn"; readonly text: string };
  readonly elements?: readonly { readonly type: "mrkdwn"; readonly text: string }[];
}

export interface SlackMessage {
  /** What notifications on a telephone show. */
  readonly text: string;
  readonly blocks: readonly SlackBlock[];
}

/** A notification as Slack wants it. */
export function slackMessage(notification: Notification): SlackMessage {
  const { alerts, incident } = notification;
  const shown = alerts.slice(0, MOST_ALERTS_SHOWN);
  const unlisted = unlistedCount(notification) + alerts.length - shown.length;
  const remarks = [
    whyInWords(notification),
    incident === undefined ? undefined : `Incident ${incident.id}: ${incident.title}`,
    unlisted > 0 ? `…and ${unlisted} more alerts.` : undefined,
  ].filter((remark) => remark !== undefined);
  return {
    text: escapeSlack(shorten(notification.title, MOST_SUMMARY)),
    blocks: [
      {
        type: "header",
        text: { type: "plain_text", text: shorten(notification.title, MOST_HEADER) },
      },
      ...shown.map(
        (alert): SlackBlock => ({
          type: "section",
          text: { type: "mrkdwn", text: alertText(alert) },
        }),
      ),
      ...(remarks.length === 0 ? [] : [remarkBlock(remarks)]),
    ],
  };
}

function alertText(alert: NotifiedAlert): string {
  const mark = alert.state === "resolved" ? ":large_green_circle:" : MARKS[alert.severity];
  const runbook = isAddress(alert.runbook)
    ? `<${escapeSlack(alert.runbook).replaceAll("|", "%7C")}|runbook>`
    : escapeSlack(shorten(alert.runbook, 200));
  const details = [labelsInWords(alert), timeInWords(alert)]
    .filter((line) => line !== "")
    .map((line) => escapeSlack(shorten(line, MOST_SUMMARY)));
  const lines = [
    `${mark} *${escapeSlack(shorten(alert.summary, MOST_SUMMARY))}*`,
    ...details,
    ...(runbook === "" ? [] : [runbook]),
  ];
  return shorten(lines.join("\n"), MOST_SECTION);
}

function remarkBlock(remarks: readonly string[]): SlackBlock {
  const text = remarks.map((remark) => escapeSlack(shorten(remark, MOST_SUMMARY))).join("\n");
  return { type: "context", elements: [{ type: "mrkdwn", text }] };
}

/** The three characters that mean something to Slack: without them nobody can make links or call everybody. */
function escapeSlack(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
