import type {
  Figure,
  IndexCase,
  IndexCaseList,
  IndexChange,
  IndexChangeList,
  IndexPage,
  RecommendationSummary,
} from "@streamgate/contract";
import { formatByteSize, formatDuration } from "@streamgate/core";
import { oneLine, paragraph } from "../../report/text/layout.ts";
import { tableLines } from "../../report/text/table.ts";
import { counted, formatShare, groupDigits } from "../../report/wording.ts";

type Items<Item> = { readonly items: readonly Item[]; readonly total: number };

const MARGIN = 4;
const COLUMNS = [
  { title: "index", align: "left", isElastic: true },
  { title: "table", align: "left" },
  { title: "size", align: "right" },
  { title: "scans", align: "right" },
  { title: "free", align: "right" },
  { title: "last used", align: "left" },
] as const;

export function indexLines(
  { items, total }: Items<IndexPage["items"][number]>,
  width: number,
): readonly string[] {
  if (items.length === 0) return ["No index is known."];
  const rows = items.map((index) => [
    oneLine(`${index.name}${marksOf(index)}`),
    oneLine(index.table),
    amountOf(index.size),
    amountOf(index.scans),
    amountOf(index.bloat),
    index.lastScanAt?.slice(0, 16).replace("T", " ") ?? "–",
  ]);
  return [...tableLines(COLUMNS, rows, width, (text) => text), ...restOf(items.length, total)];
}

function marksOf({ isPrimary, isUnique, isValid }: IndexPage["items"][number]): string {
  const unique = isPrimary ? " (primary key)" : isUnique ? " (unique)" : "";
  return `${unique}${isValid ? "" : " (invalid)"}`;
}

export function caseLines(
  { items, refused, total }: Omit<IndexCaseList, "sources">,
  nothing: string,
  width: number,
): readonly string[] {
  const found =
    items.length === 0
      ? [nothing]
      : [...items.flatMap((item) => linesOfCase(item, width)), ...restOf(items.length, total)];
  if (refused.length === 0) return found;
  return [
    ...found,
    "",
    `${counted(refused.length, "index looks", "indexes look")} like it and must stay:`,
    ...refused.flatMap(({ index, explanation }) =>
      paragraph(oneLine(`${index.table} ${index.name}: ${explanation}`), width, MARGIN, 2),
    ),
  ];
}

function linesOfCase(item: IndexCase, width: number): readonly string[] {
  const { index, reason, caveats, refusal, freed, sql } = item;
  return [
    oneLine(`${index.name} on ${index.table} (${index.database}), frees ${amountOf(freed)}`),
    ...paragraph(oneLine(reason), width, MARGIN),
    ...caveats.flatMap((caveat) => paragraph(oneLine(`but ${caveat}`), width, MARGIN)),
    ...(sql === ""
      ? paragraph(oneLine(`not advised: ${refusal?.explanation ?? "see above"}`), width, MARGIN)
      : [`    ${oneLine(sql)}`]),
  ];
}

export function missingLines(
  { items, total }: Items<RecommendationSummary>,
  width: number,
): readonly string[] {
  if (items.length === 0)
    return ["No index is missed, as far as `streamgate advise` or `serve` has looked."];
  return [
    ...items.flatMap(({ id, target, subject, summary, saved, state }) => [
      oneLine(`${id} ${subject} (${target}), ${state}, saves ${amountOf(saved)} an hour`),
      ...paragraph(oneLine(summary), width, MARGIN),
    ]),
    ...restOf(items.length, total),
  ];
}

export function changeLines(
  { items, total }: Omit<IndexChangeList, "sources">,
  width: number,
): readonly string[] {
  if (items.length === 0) return ["No index has changed since StreamGate watches."];
  return [...items.flatMap((item) => linesOfChange(item, width)), ...restOf(items.length, total)];
}

function linesOfChange(change: IndexChange, width: number): readonly string[] {
  const { at, name, table, database, event, act, previous, effect } = change;
  const who = act === null ? "" : ` by StreamGate (${act.recommendation}, ${act.reason})`;
  const when = at.slice(0, 16).replace("T", " ");
  return [
    oneLine(`${when} ${name} on ${table} (${database}) ${event}${who}, ${sizesOf(change)}`),
    ...(previous === null ? [] : paragraph(oneLine(`was ${previous}`), width, MARGIN)),
    ...(effect === null
      ? []
      : [
          ...paragraph(
            oneLine(`${effect.verdict} [${effect.rung}]: ${effect.explanation}`),
            width,
            MARGIN,
          ),
          ...effect.caveats.flatMap((caveat) => paragraph(oneLine(`but ${caveat}`), width, MARGIN)),
        ]),
  ];
}

function sizesOf({ event, size, sizeBefore }: IndexChange): string {
  if (event === "vanished") return `freed ${amountOf(sizeBefore)}`;
  if (event === "rebuilt") return `${amountOf(sizeBefore)} before, ${amountOf(size)} now`;
  return amountOf(size);
}

function restOf(shown: number, total: number): readonly string[] {
  return total > shown ? [`… and ${groupDigits(total - shown)} more: see --limit`] : [];
}

/** A value with the rung by which it was earned where that is not a counter. */
function amountOf({ value, unit, rung }: Figure): string {
  if (value === null) return "–";
  const sign = rung === "estimated" ? "≈ " : "";
  switch (unit) {
    case "bytes":
      return sign + formatByteSize(value);
    case "ratio":
      return sign + formatShare(value);
    case "ms":
      return sign + formatDuration(value);
    default:
      return sign + groupDigits(value);
  }
}
