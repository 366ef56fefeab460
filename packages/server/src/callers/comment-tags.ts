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

const TRAILING = /\/\*((?:(?!\*\/)[\s\S])*)\*\/\s*;?\s*$/;
const LEADING = /^\s*\/\*((?:(?!\*\/)[\s\S])*)\*\//;
/** sqlcommenter: values are URL-encoded and quoted; a quote within is escaped by a backslash. */
const QUOTED = /([\w%-]+)='((?:[^'\\]|\\.)*)'/g;
/** As Rails wrote them before: `/*application:Shop,controller:orders*\/`. */
const BARE = /(?:^|,)\s*(\w+):([^,]*)/g;

/**
 * The tags in the comment at the end or at the beginning of a statement, in sqlcommenter's form (google.github.io/sqlcommenter) or that
 * of Rails' query logs.
 *
 * @returns null where there are none
 */
export function commentTags(sql: string): CallerTags | null {
  const comment = TRAILING.exec(sql.slice(-LONGEST_COMMENT))?.[1] ?? LEADING.exec(sql)?.[1];
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
  for (const place of [TRAILING, LEADING]) {
    const [comment, inside = ""] = place.exec(sql) ?? [];
    const isCallers = inside.search(QUOTED) >= 0 || commentTags(comment ?? "") !== null;
    if (comment !== undefined && isCallers) return sql.replace(comment, "").trim();
  }
  return sql;
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
