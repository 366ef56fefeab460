import type { Notification, NotifiedAlert } from "../notification.ts";
import {
  isAddress,
  labelsInWords,
  shorten,
  timeInWords,
  unlistedCount,
  whyInWords,
} from "./wording.ts";

const MOST_SUBJECT = 150;

/** A notification as a mail. */
export function emailContent(notification: Notification): {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
} {
  const remarks = remarksOf(notification);
  const title = notification.title.replace(/\s+/g, " ");
  return {
    subject: shorten(title, MOST_SUBJECT),
    text: [title, ...remarks, ...notification.alerts.map(alertAsText)].join("\n\n"),
    html: [
      `<h2>${escapeHtml(title)}</h2>`,
      ...remarks.map((remark) => `<p>${escapeHtml(remark)}</p>`),
      ...notification.alerts.map(alertAsHtml),
    ].join("\n"),
  };
}

function remarksOf(notification: Notification): readonly string[] {
  const { incident } = notification;
  const unlisted = unlistedCount(notification);
  return [
    whyInWords(notification),
    incident === undefined ? undefined : `Incident ${incident.id}: ${incident.title}`,
    unlisted > 0 ? `${unlisted} more alerts are not listed here.` : undefined,
  ].filter((remark) => remark !== undefined);
}

function linesOf(alert: NotifiedAlert): readonly string[] {
  const state = alert.state === "firing" ? alert.severity : "resolved";
  return [`${labelsInWords(alert)} (${state})`, timeInWords(alert), alert.description].filter(
    (line) => line !== "",
  );
}

function alertAsText(alert: NotifiedAlert): string {
  const runbook = alert.runbook === "" ? [] : [`Runbook: ${alert.runbook}`];
  return [
    `* ${alert.summary}`,
    ...linesOf(alert).map((line) => `  ${line}`),
    ...runbook.map((line) => `  ${line}`),
  ].join("\n");
}

function alertAsHtml(alert: NotifiedAlert): string {
  const lines = linesOf(alert).map(escapeHtml).join("<br>");
  const runbook = escapeHtml(alert.runbook);
  const link = isAddress(alert.runbook) ? `<a href="${runbook}">Runbook</a>` : runbook;
  return `<p><strong>${escapeHtml(alert.summary)}</strong><br>${lines}${link === "" ? "" : `<br>${link}`}</p>`;
}

/** Text in HTML, also within a quoted attribute. */
function escapeHtml(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
