import { formatDuration } from "@streamgate/core";
import type { Cause, IncidentEvent, IncidentRecord } from "@streamgate/monitor";
import { oneLine, paragraph } from "../report/text/layout.ts";
import { alertLines, instant } from "./alert-lines.ts";

const MOST_CAUSES = 5;

/** All that is known of an incident, for a person at a terminal. */
export function incidentText(record: IncidentRecord, nowMs: number, widthColumns: number): string {
  const { incident, alerts, timeline, causes, actions } = record;
  const { id, title, severity, status, service, startedAtMs, resolvedAtMs } = incident;
  const lasted = formatDuration((resolvedAtMs ?? nowMs) - startedAtMs);
  const taken =
    incident.acknowledgedBy === undefined ? "" : `, ${oneLine(incident.acknowledgedBy)} at work`;
  const wrapped = (text: string): readonly string[] => paragraph(text, widthColumns, 4, 2);
  const firing = alerts.filter(({ state }) => state === "firing");
  return [
    ...paragraph(`Incident ${id}: ${oneLine(title)}`, widthColumns, 2, 0),
    `  ${severity}, ${status}${taken}; ${service === "" ? "no service" : oneLine(service)}`,
    `  since ${instant(startedAtMs)}, ${resolvedAtMs === undefined ? `for ${lasted} now` : `lasted ${lasted}`}`,
    ...part(
      "Fires",
      firing.flatMap((alert) => indented(alertLines(alert))),
    ),
    ...part("Likely causes", [
      ...causes.slice(0, MOST_CAUSES).flatMap((cause, index) => wrapped(causeLine(cause, index))),
      ...(causes.length > MOST_CAUSES
        ? [`  … and ${causes.length - MOST_CAUSES} less likely: see the post-mortem`]
        : []),
    ]),
    ...part(
      "Timeline",
      timeline.flatMap((event) => wrapped(eventLine(event))),
    ),
    ...part(
      "Actions",
      actions.flatMap((item) =>
        wrapped(
          `[${item.isDone ? "x" : " "}] ${item.id}  ${oneLine(item.summary)}${item.owner === "" ? "" : ` (${oneLine(item.owner)})`}`,
        ),
      ),
    ),
  ].join("\n");
}

function part(name: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ["", name, ...lines];
}

function indented(lines: string): readonly string[] {
  return lines.split("\n").map((line) => `  ${line}`);
}

function causeLine({ summary, reason, score }: Cause, index: number): string {
  return `${index + 1}. ${oneLine(summary)} (${score.toFixed(2)}): ${oneLine(reason)}`;
}

function eventLine({ atMs, kind, summary, author }: IncidentEvent): string {
  const who = kind === "note" && author !== "" ? `${oneLine(author)}: ` : "";
  return `${instant(atMs)}  ${kind}  ${who}${oneLine(summary)}`;
}
