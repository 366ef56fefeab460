import type { Labels } from "@streamgate/telemetry";

/** One line of an exposition. */
export interface Sample {
  readonly name: string;
  readonly labels: Labels;
  readonly value: number;
}

const NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const LABEL_START = /\s*([a-zA-Z_][a-zA-Z0-9_]*)\s*=\s*"/y;
const LABEL_END = /\s*(,?)\s*/y;
const VALUE = /\s*(\S+)/y;
const MOST_LABELS = 64;

/** @returns what is wrong with the line, where it is no sample */
export function parseSample(line: string): Sample | string {
  NAME.lastIndex = 0;
  const name = NAME.exec(line)?.[0];
  if (name === undefined) return "does not begin with a metric's name";
  let at = name.length;
  let labels: Labels = {};
  if (line[at] === "{") {
    const parsed = parseLabels(line, at + 1);
    if (typeof parsed === "string") return parsed;
    labels = parsed.labels;
    at = parsed.end;
  }
  VALUE.lastIndex = at;
  const text = VALUE.exec(line)?.[1];
  if (text === undefined) return "has no value";
  const value = numberOf(text);
  return value === undefined ? `has the value ${text.slice(0, 40)}` : { name, labels, value };
}

function parseLabels(
  line: string,
  start: number,
): { readonly labels: Labels; readonly end: number } | string {
  const pairs: [string, string][] = [];
  let at = start;
  for (;;) {
    while (line[at] === " ") at += 1;
    if (line[at] === "}") return { labels: Object.fromEntries(pairs), end: at + 1 };
    LABEL_START.lastIndex = at;
    const opening = LABEL_START.exec(line);
    const label = opening?.[1];
    if (label === undefined) return "has labels that cannot be read";
    const quoted = readQuoted(line, LABEL_START.lastIndex);
    if (quoted === undefined) return "has a label whose value does not end";
    pairs.push([label, quoted.text]);
    if (pairs.length > MOST_LABELS) return `has more than ${MOST_LABELS} labels`;
    LABEL_END.lastIndex = quoted.end;
    const separator = LABEL_END.exec(line)?.[1];
    at = LABEL_END.lastIndex;
    if (separator === "" && line[at] !== "}") return "has labels that cannot be read";
  }
}

/** Text up to the closing quote, with `\\`, `\"` and `\n` resolved. */
function readQuoted(
  line: string,
  start: number,
): { readonly text: string; readonly end: number } | undefined {
  let text = "";
  let from = start;
  for (let at = start; at < line.length; at += 1) {
    if (line[at] === '"') return { text: text + line.slice(from, at), end: at + 1 };
    if (line[at] !== "\\") continue;
    const escaped = line[at + 1] ?? "";
    text += line.slice(from, at) + (escaped === "n" ? "\n" : escaped);
    at += 1;
    from = at + 1;
  }
  return undefined;
}

function numberOf(text: string): number | undefined {
  switch (text.toLowerCase()) {
    case "+inf":
    case "inf":
      return Number.POSITIVE_INFINITY;
    case "-inf":
      return Number.NEGATIVE_INFINITY;
    case "nan":
      return Number.NaN;
    default: {
      const value = Number(text);
      return Number.isNaN(value) ? undefined : value;
    }
  }
}
