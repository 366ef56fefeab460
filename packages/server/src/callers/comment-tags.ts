/** Who calls, as the comment of a statement says it: `route`, `controller`, `action` and their like. */
export type CallerTags = Readonly<Record<string, string>>;

/** What is kept of a comment: nothing that differs from call to call, as identifiers of traces and requests do. */
const KEPT: ReadonlySet<string> = new Set([
  "application",
  "app",
  "service",
  "framework",
  "route",
  "method",
  "controller",
  "action",
  "job",
  "task",
  "function",
  "file",
  "line",
  "source_location",
]);
const LONGEST_VALUE = 200;
const LONGEST_COMMENT = 2_000;

/** sqlcommenter: values are URL-encoded and quoted; a quote within is escaped by a backslash. */
const QUOTED = /([\w%-]{1,100})='((?:[^'\\]|\\.)*)'/g;
const QUOTED_ONCE = new RegExp(QUOTED.source);
/** As Rails wrote them before: `/*application:Shop,controller:orders*\/`. */
const BARE = /(?:^|,)\s*(\w+):([^,]*)/g;

/**
 * The tags in the comment at the end or at the beginning of a statement, in sqlcommenter's form (google.github.io/sqlcommenter) or that
 * of Rails' query logs.
 *
 * @returns null where there are none
 */
export function commentTags(sql: string): CallerTags | null {
  const comment = (trailingComment(sql) ?? leadingComment(sql))?.inside;
  if (comment === undefined || comment.length > LONGEST_COMMENT) return null;
  const quoted = [...comment.matchAll(QUOTED)].map(
    ([, key = "", value = ""]) =>
      [decoded(key), decoded(value.replaceAll(/\\(.)/g, "$1"))] as const,
  );
  const pairs =
    quoted.length > 0
      ? quoted
      : [...comment.matchAll(BARE)].map(([, key = "", value = ""]) => [key, value] as const);
  const kept = pairs
    .map(([key, value]) => [key.toLowerCase(), plainPath(value.trim())] as const)
    .filter(([key, value]) => KEPT.has(key) && value !== "")
    .map(([key, value]) => [key, value.slice(0, LONGEST_VALUE)] as const)
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
  return kept.length === 0 ? null : Object.fromEntries(kept);
}

/** The text without the comment that says who called it first: the statement is everybody's. Other comments stay. */
export function withoutCallerComment(sql: string): string {
  for (const comment of [trailingComment(sql), leadingComment(sql)]) {
    if (comment === null) continue;
    const { start, end, inside } = comment;
    const whole = sql.slice(start, end);
    if (QUOTED_ONCE.test(inside) || commentTags(whole) !== null)
      return `${sql.slice(0, start)}${sql.slice(end)}`.trim();
  }
  return sql;
}

interface Comment {
  readonly start: number;
  readonly end: number;
  readonly inside: string;
}

/** Only a semicolon may stand behind it. */
function trailingComment(sql: string): Comment | null {
  const text = sql.trimEnd().replace(/;$/, "").trimEnd();
  if (!text.endsWith("*/") || text.length < 4) return null;
  const close = text.length - 2;
  const before = text.lastIndexOf("*/", close - 1);
  const start = text.indexOf("/*", before === -1 ? 0 : before + 2);
  if (start === -1 || start + 2 > close) return null;
  return { start, end: sql.length, inside: text.slice(start + 2, close) };
}

function leadingComment(sql: string): Comment | null {
  const start = sql.length - sql.trimStart().length;
  const close = sql.startsWith("/*", start) ? sql.indexOf("*/", start + 2) : -1;
  return close === -1 ? null : { start, end: close + 2, inside: sql.slice(start + 2, close) };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Some write the path where the route is meant: what identifies one row in it is taken out. */
function plainPath(value: string): string {
  return value
    .replaceAll(/(?<=\/)\d+(?=[/?]|$)/g, ":number")
    .replaceAll(/(?<=\/)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}(?=[/?]|$)/gi, ":uuid")
    .replace(/\?.*$/, "");
}
