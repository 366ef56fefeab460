/** One line with a number, as a scraper reads it. */
interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly exemplar?: { readonly labels: Readonly<Record<string, string>>; readonly value: number };
}

/** What a text in either format says; written from the formats' descriptions, without a look at what writes it. */
export interface ParsedText {
  readonly types: ReadonlyMap<string, string>;
  readonly units: ReadonlyMap<string, string>;
  readonly helps: ReadonlyMap<string, string>;
  readonly samples: readonly Sample[];
  readonly isEnded: boolean;
}

const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\", '"': '"', n: "\n" };

export function parseText(text: string): ParsedText {
  const [types, units, helps] = [new Map(), new Map(), new Map()];
  const samples: Sample[] = [];
  let isEnded = false;
  if (!text.endsWith("\n") && text !== "") throw new Error("the last line has no end");
  for (const line of text.split("\n").slice(0, -1)) {
    if (isEnded) throw new Error("there is more behind # EOF");
    if (line === "# EOF") isEnded = true;
    else if (line.startsWith("# ")) {
      const [, word = "", name = "", rest = ""] = /^# (\S+) (\S+) ?(.*)$/s.exec(line) ?? [];
      const target = { TYPE: types, UNIT: units, HELP: helps }[word];
      if (target === undefined || target.has(name)) throw new Error(`twice or unknown: ${line}`);
      target.set(name, word === "HELP" ? unescaped(rest) : rest);
    } else samples.push(parseSample(line));
  }
  return { types, units, helps, samples, isEnded };
}

/** Labels as one text, to look samples up by. */
export function keyOf(name: string, labels: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(labels).toSorted(([left], [right]) => (left < right ? -1 : 1));
  return `${name} ${JSON.stringify(sorted)}`;
}

function parseSample(line: string): Sample {
  const name = /^[a-zA-Z_:][a-zA-Z0-9_:]*/.exec(line)?.[0] ?? "";
  if (name === "") throw new Error(`no name: ${JSON.stringify(line)}`);
  const [labels, afterLabels] = parseLabels(line, name.length);
  const [value = "", ...rest] = line.slice(afterLabels).trimStart().split(" # ");
  const [exemplar] = rest;
  if (exemplar === undefined) return { name, labels, value: parseNumber(value) };
  const [exemplarLabels, end] = parseLabels(exemplar, 0);
  const [exemplarValue = ""] = exemplar.slice(end).trim().split(" ");
  return {
    name,
    labels,
    value: parseNumber(value),
    exemplar: { labels: exemplarLabels, value: parseNumber(exemplarValue) },
  };
}

function parseLabels(line: string, start: number): [Record<string, string>, number] {
  const labels: Record<string, string> = {};
  if (line[start] !== "{") return [labels, start];
  let at = start + 1;
  while (line[at] !== "}") {
    const [found, name = "", value = ""] =
      /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\]|\\.)*)",?/su.exec(line.slice(at)) ?? [];
    if (found === undefined || Object.hasOwn(labels, name))
      throw new Error(`bad label in ${JSON.stringify(line)}`);
    labels[name] = unescaped(value);
    at += found.length;
  }
  return [labels, at + 1];
}

function unescaped(text: string): string {
  return text.replace(/\\(.)/gsu, (_, escaped: string) => {
    const meant = ESCAPES[escaped];
    if (meant === undefined) throw new Error(`bad escape \\${escaped}`);
    return meant;
  });
}

function parseNumber(text: string): number {
  const spelled: Record<string, number> = {
    "+Inf": Number.POSITIVE_INFINITY,
    "-Inf": Number.NEGATIVE_INFINITY,
    NaN: Number.NaN,
  };
  const value = spelled[text] ?? Number(text);
  if (text === "" || (Number.isNaN(value) && text !== "NaN")) throw new Error(`no number: ${text}`);
  return value;
}
