import { formatDuration } from "@streamgate/core";
import { checkTimeZone } from "../notifications/on-call/zoned-time.ts";
import type { IncidentEvent, IncidentRecord } from "./incident.ts";
import { escapeMarkdown } from "./markdown.ts";

export interface PostMortemOptions {
  /** Local times are shown beside UTC. @default "UTC": none */
  readonly timeZone?: string;
}

/**
 * An incident as a document in Markdown: what it did to whom, when what happened, why it may have happened, and what is
 * to be done. Everything that came from outside is escaped.
 *
 * @param nowMs when it is written
 * @throws StreamGateError `SG_MONITOR_BAD_NOTIFICATION_OPTION` for a zone that is none
 */
export function postMortem(
  record: IncidentRecord,
  nowMs: number,
  options: PostMortemOptions = {},
): string {
  const zone = checkTimeZone("timeZone", options.timeZone ?? "UTC");
  const time = timeFormat(zone);
  const { incident } = record;
  return [
    `# Incident ${incident.id}: ${escapeMarkdown(incident.title)}`,
    summaryOf(record, nowMs, time),
    "## Impact",
    impactOf(record, nowMs),
    "## Timeline",
    `Times are UTC${zone === "UTC" ? "" : `, and ${zone} in brackets`}.`,
    timelineOf(record.timeline, time),
    "## Likely causes",
    causesOf(record),
    "## Notes",
    notesOf(record.timeline, time),
    "## Actions",
    actionsOf(record),
    "",
  ].join("\n\n");
}

type TimeFormat = (atMs: number) => string;

/** `2026-11-21 03:14:15`, with the local time in brackets where a zone was given. */
function timeFormat(zone: string): TimeFormat {
  const local = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    dateStyle: "short",
    timeStyle: "medium",
  });
  return (atMs) => {
    const utc = new Date(atMs).toISOString().slice(0, 19).replace("T", " ");
    return zone === "UTC" ? utc : `${utc} (${local.format(atMs)})`;
  };
}

function summaryOf({ incident }: IncidentRecord, nowMs: number, time: TimeFormat): string {
  const untilMs = incident.resolvedAtMs ?? nowMs;
  const rows: readonly (readonly [string, string])[] = [
    ["Status", incident.status],
    ["Severity", incident.severity],
    ["Service", incident.service === "" ? "not named" : escapeMarkdown(incident.service)],
    ["Began", `${time(incident.startedAtMs)} UTC`],
    [
      "Ended",
      incident.resolvedAtMs === undefined ? "goes on" : `${time(incident.resolvedAtMs)} UTC`,
    ],
    ["Lasted", formatDuration(untilMs - incident.startedAtMs)],
    ["Acknowledged", acknowledgementOf(incident)],
    ["Written", `${time(nowMs)} UTC`],
  ];
  return table(["", ""], rows);
}

function acknowledgementOf({
  acknowledgedBy,
  acknowledgedAtMs,
  startedAtMs,
}: IncidentRecord["incident"]): string {
  if (acknowledgedBy === undefined || acknowledgedAtMs === undefined) return "by nobody";
  return `by ${escapeMarkdown(acknowledgedBy)}, ${formatDuration(acknowledgedAtMs - startedAtMs)} after it began`;
}

/** What each alert saw, and for how long. */
function impactOf({ alerts }: IncidentRecord, nowMs: number): string {
  if (alerts.length === 0) return "No alert is kept any more.";
  const rows = alerts.map(
    (alert) =>
      [
        escapeMarkdown(alert.summary),
        alert.severity,
        formatDuration((alert.state === "resolved" ? alert.atMs : nowMs) - alert.startedAtMs),
        alert.state === "resolved" ? "over" : "fires",
      ] as const,
  );
  return table(["What was seen", "Severity", "For", "Now"], rows);
}

function timelineOf(timeline: readonly IncidentEvent[], time: TimeFormat): string {
  const rows = timeline
    .filter(({ kind }) => kind !== "note")
    .map(({ atMs, kind, summary }) => [time(atMs), kind, escapeMarkdown(summary)] as const);
  return table(["When", "What", ""], rows);
}

function causesOf({ causes }: IncidentRecord): string {
  if (causes.length === 0) return "Nothing that was recorded before its start explains it.";
  return causes
    .map(
      ({ summary, reason, score }, index) =>
        `${index + 1}. **${escapeMarkdown(summary)}** (${score.toFixed(2)}): ${escapeMarkdown(reason)}.`,
    )
    .join("\n");
}

function notesOf(timeline: readonly IncidentEvent[], time: TimeFormat): string {
  const notes = timeline.filter(({ kind }) => kind === "note");
  if (notes.length === 0) return "None.";
  return notes
    .map(
      ({ atMs, author, summary }) =>
        `- ${time(atMs)}, ${escapeMarkdown(author)}: ${escapeMarkdown(summary)}`,
    )
    .join("\n");
}

function actionsOf({ actions }: IncidentRecord): string {
  if (actions.length === 0) return "- [ ] What would have prevented it, and who does it?";
  return actions
    .map(
      ({ summary, owner, isDone }) =>
        `- [${isDone ? "x" : " "}] ${escapeMarkdown(summary)}${owner === "" ? "" : ` (${escapeMarkdown(owner)})`}`,
    )
    .join("\n");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
