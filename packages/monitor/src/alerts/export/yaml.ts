/** What the emitter can write. Keys are written as they are given, in their order. */
export type YamlValue =
  | string
  | number
  | boolean
  | readonly YamlValue[]
  | { readonly [key: string]: YamlValue }
  | Commented;

/** A value with lines of comment above it. */
export class Commented {
  readonly comment: string;
  readonly value: YamlValue;

  constructor(comment: string, value: YamlValue) {
    this.comment = comment;
    this.value = value;
  }
}

/**
 * Writes plain data as YAML. Every text is double-quoted with JSON's escapes, which YAML shares (YAML 1.2.2, §7.3.1), so
 * that none of it can be read as anything but a text: no `no`, no `1e3`, no `{{`, no line of its own.
 */
export function emitYaml(value: YamlValue, comment = ""): string {
  return `${[...commentLines(comment), ...linesOf(value)].join("\n")}\n`;
}

function linesOf(value: YamlValue): readonly string[] {
  if (value instanceof Commented) return [...commentLines(value.comment), ...linesOf(value.value)];
  if (Array.isArray(value)) return value.length === 0 ? ["[]"] : value.flatMap(listItem);
  if (typeof value !== "object") return [scalar(value)];
  const entries = Object.entries(value);
  return entries.length === 0 ? ["{}"] : entries.flatMap(([key, each]) => mapEntry(key, each));
}

function listItem(value: YamlValue): readonly string[] {
  const { comments, bare } = split(value);
  const [first = "", ...rest] = linesOf(bare);
  return [...comments, `- ${first}`, ...rest.map(indent)];
}

function mapEntry(key: string, value: YamlValue): readonly string[] {
  const { comments, bare } = split(value);
  const isPlain = PLAIN_KEY.test(key) && !RESERVED.test(key);
  const name = `${isPlain ? key : quoted(key)}:`;
  const lines = linesOf(bare);
  if (!isNested(bare)) return [...comments, `${name} ${lines[0] ?? ""}`];
  return [...comments, name, ...lines.map(indent)];
}

const PLAIN_KEY = /^[a-z_][a-z0-9_]*$/;
/** Words that old readers of YAML take for something else. */
const RESERVED = /^(y|n|yes|no|on|off|true|false|null)$/;

function split(value: YamlValue): {
  readonly comments: readonly string[];
  readonly bare: YamlValue;
} {
  if (!(value instanceof Commented)) return { comments: [], bare: value };
  const below = split(value.value);
  return { comments: [...commentLines(value.comment), ...below.comments], bare: below.bare };
}

function isNested(value: YamlValue): boolean {
  if (Array.isArray(value)) return value.length > 0;
  return typeof value === "object" && Object.keys(value).length > 0;
}

function scalar(value: string | number | boolean): string {
  if (typeof value === "string") return quoted(value);
  if (typeof value === "number" && !Number.isFinite(value)) return value > 0 ? ".inf" : "-.inf";
  return String(value);
}

/** JSON leaves these as they are; YAML takes them for breaks of lines or refuses them. */
const UNPRINTABLE = /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]|[\ud800-\udfff]/gu;

function quoted(text: string): string {
  return JSON.stringify(text).replace(
    UNPRINTABLE,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

function commentLines(comment: string): readonly string[] {
  if (comment === "") return [];
  return comment.split(/[\n\r\u0085\u2028\u2029]/).map((line) => `# ${line}`.trimEnd());
}

function indent(line: string): string {
  return `  ${line}`;
}
