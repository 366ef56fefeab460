import { redactDeeply } from "../secrets/redact.ts";
import type { HistoryEntry } from "../store/records.ts";
import { shortNameOf } from "./short-name.ts";
import type { ReportLook } from "./terminal-report.ts";
import { oneLine } from "./text/layout.ts";
import { type Paint, paintFor } from "./text/paint.ts";
import { tableLines } from "./text/table.ts";
import { formatSaving } from "./wording.ts";

/** The findings that the store remembers, newest first. */
export function historyReport(entries: readonly HistoryEntry[], look: ReportLook): string {
  const paint = paintFor(look.hasColour);
  if (entries.length === 0) return "The store holds no findings yet.";
  const targets = [...new Set(entries.map(({ target }) => target))];
  return targets
    .flatMap((target) => [
      paint.bold(oneLine(target)),
      ...entryLines(
        entries.filter((entry) => entry.target === target),
        look,
        paint,
      ),
      "",
    ])
    .join("\n")
    .trimEnd();
}

function entryLines(
  entries: readonly HistoryEntry[],
  look: ReportLook,
  paint: Paint,
): readonly string[] {
  return tableLines(
    [
      { title: "since", align: "left" },
      { title: "state", align: "left" },
      { title: "id", align: "left" },
      { title: "finding", align: "left", isElastic: true },
      { title: "saving (est.)", align: "right" },
    ],
    entries.map(({ stateSince, state, id, finding }) => [
      stateSince.slice(0, 16).replace("T", " "),
      state,
      oneLine(id),
      shortNameOf(finding),
      formatSaving(finding.savedMsPerHour),
    ]),
    look.widthColumns,
    paint.dim,
  );
}

/** The object that `history --json` prints. */
export function historyJson(entries: readonly HistoryEntry[]): unknown {
  return redactDeeply({ findings: entries });
}
