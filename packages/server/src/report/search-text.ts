import { formatByteSize, formatDuration } from "@streamgate/core";
import type { IndexSearch } from "../turn/events.ts";
import { paragraph } from "./text/layout.ts";
import type { Paint } from "./text/paint.ts";
import { tableLines } from "./text/table.ts";
import { formatShare, groupDigits } from "./wording.ts";

const MARGIN = 3;

/** How good the advised set is known to be, and what smaller budgets would buy. */
export function searchLines(
  search: IndexSearch | null,
  width: number,
  paint: Paint,
): readonly string[] {
  if (search === null || search.boundMsPerHour <= 0) return [];
  const { netMsPerHour, boundMsPerHour, gap, sizeBytes, isComplete, pareto } = search;
  const plans = `${groupDigits(search.plannerCalls)} plans asked, ${groupDigits(search.plannerCallsSaved)} more told by these`;
  const end = isComplete ? "" : "; the search was ended by its limit of time or plans";
  return [
    "",
    ...paragraph(
      `The set: ${formatByteSize(sizeBytes)}, ${formatDuration(netMsPerHour)} an hour net of writes (estimated); no set of these candidates can save more than ${formatDuration(boundMsPerHour)}, so that at most ${formatShare(Math.max(0, gap))} is missed. ${plans}${end}.`,
      width,
      0,
    ),
    ...(pareto.length === 0 ? [] : paretoLines(search, width, paint)),
  ];
}

function paretoLines({ pareto }: IndexSearch, width: number, paint: Paint): readonly string[] {
  return [
    "",
    paint.bold("Budget against time (estimated)"),
    ...tableLines(
      [
        { title: "size", align: "right" },
        { title: "indexes", align: "right" },
        { title: "saves an hour", align: "right" },
        { title: "left of an hour", align: "right" },
        { title: "at most", align: "right" },
      ],
      pareto.map((point) => [
        formatByteSize(point.sizeBytes),
        String(point.indexes.length),
        formatDuration(point.netMsPerHour),
        formatDuration(point.msPerHourAfter),
        formatDuration(point.boundMsPerHour),
      ]),
      width - MARGIN,
      paint.dim,
    ),
  ];
}
