import { decodeRows } from "./decode-rows.ts";

/** What psql, clients and people draw around the lines of a plan. */
const BORDER = /^[\s|+│┌┬┐├┼┤└┴┘╔═╗╚╝─-]*$/;
const RULE = /[-─═]{3}/;
const RECORD = /^[\s+|│├┌]*[-─*]+\[? ?RECORD \d+ ?\]?[-─+*|│┤┐\s]*$/;
const HEADER = /^[\s|│║]*QUERY PLAN[\s|│║]*$/;
const FOOTER = /^\(\d+ \w+\)\s*$/;
const FENCE = /^\s*```/;
const CONTINUED = /[ \t]*[+↵][ \t]*$/;
const EXPANDED = /^(?:QUERY PLAN)?[ \t]*[|│] ?/;
const OPENED = /^[ \t]*[|│║] ?/;
const CLOSED = /[|│║]$/;
const COMPOSE = /^[\w.-]{1,60}[ \t]{0,20}\| /;

/** The lines of a plan without what surrounds each of them. */
export function stripDecorations(text: string): string {
  const all = decodeRows(text).split("\n");
  const isHeaded = all.some((line) => HEADER.test(line));
  const lines = withoutSharedPrefix(all.filter((line) => !isDecoration(line)));
  const bare = unmarked(unexpanded(unframed(lines)));
  return unquoted(isHeaded ? withoutMargin(unwrapped(bare)) : bare).join("\n");
}

function isDecoration(line: string): boolean {
  // A border of any length is short enough to look at; a line of data may be long.
  if (line.length > 2_000) return /^[-─+|]+$/.test(line.slice(0, 2_000));
  return RECORD.test(line) || HEADER.test(line) || FENCE.test(line) || isBorder(line);
}

function isBorder(line: string): boolean {
  return BORDER.test(line) && RULE.test(line);
}

/** `| Seq Scan on t |` (psql, border 2). */
function unframed(lines: readonly string[]): readonly string[] {
  const written = lines.filter((line) => line.trim() !== "");
  const isFramed = mostly(written, (line) => unframedLine(line) !== null);
  return isFramed ? lines.map((line) => unframedLine(line) ?? line) : lines;
}

/** What stands between the frame's two sides; null for a line without them. */
function unframedLine(line: string): string | null {
  const closed = line.trimEnd();
  const opening = OPENED.exec(closed)?.[0];
  return opening === undefined ||
    opening.trim().length >= closed.trim().length ||
    !CLOSED.test(closed)
    ? null
    : closed.slice(opening.length, -1).trimEnd();
}

/** `QUERY PLAN | Seq Scan on t` (psql, \\x). */
function unexpanded(lines: readonly string[]): readonly string[] {
  const isExpanded = lines.some((line) => /^QUERY PLAN[ \t]*[|│]/.test(line));
  return isExpanded ? lines.map((line) => line.replace(EXPANDED, "")) : lines;
}

/** psql breaks a line that is too wide (format wrapped): a dot at its end and one where it goes on. */
function unwrapped(lines: readonly string[]): readonly string[] {
  const joined: string[] = [];
  for (const line of lines) {
    const last = joined.at(-1);
    if (last?.endsWith(".") === true && line.startsWith("."))
      joined[joined.length - 1] = last.slice(0, -1) + line.slice(1);
    else joined.push(line);
  }
  return joined;
}

/** psql leaves a column free on the left of what it aligns. */
function withoutMargin(lines: readonly string[]): readonly string[] {
  const values = lines.filter((line) => line.trim() !== "" && !FOOTER.test(line));
  return values.every((line) => line.startsWith(" ")) ? lines.map((line) => line.slice(1)) : lines;
}

/** psql marks a line end within a value with `+`. */
function unmarked(lines: readonly string[]): readonly string[] {
  return lines.some((line) => CONTINUED.test(line.slice(-200)))
    ? lines.map((line) => {
        const end = line.slice(-200);
        return line.slice(0, line.length - end.length) + end.replace(CONTINUED, "");
      })
    : lines;
}

/** Clients that copy rows put each in quotes. */
function unquoted(lines: readonly string[]): readonly string[] {
  const written = lines.filter((line) => line.trim() !== "");
  const isQuoted = mostly(written, (line) => /^\s*["'].*["'][,;]?\s*$/.test(line.slice(0, 20_000)));
  if (!isQuoted) return lines;
  return lines.map((line) => {
    const inner = line.trim().replace(/[,;]$/, "");
    const quote = inner.charAt(0);
    return inner.length > 1 && inner.endsWith(quote)
      ? inner.slice(1, -1).replaceAll(quote + quote, quote)
      : line;
  });
}

/** What containers and quoting in mails put before each line. */
function withoutSharedPrefix(lines: readonly string[]): readonly string[] {
  const written = lines.filter((line) => line.trim() !== "");
  for (const prefix of [COMPOSE, /^> ?/]) {
    if (written.length > 1 && written.every((line) => prefix.test(line)))
      return lines.map((line) => line.replace(prefix, ""));
  }
  return lines;
}

const MOST = 0.9;

function mostly(lines: readonly string[], claim: (line: string) => boolean): boolean {
  return lines.length > 0 && lines.filter(claim).length >= lines.length * MOST;
}
