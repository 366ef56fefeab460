/** What psql, clients and people draw around the lines of a plan. */
const BORDER = /^[\s|+│┌┬┐├┼┤└┴┘╔═╗╚╝─-]*[-─═]{3,}[\s|+│┌┬┐├┼┤└┴┘╔═╗╚╝─-]*$/;
const RECORD = /^\s*[-─*]+\[? ?RECORD \d+ ?\]?[-─+*\s]*$/;
const HEADER = /^[\s|│║]*QUERY PLAN[\s|│║]*$/;
const FENCE = /^\s*```/;
const CONTINUED = /[ \t]*[+↵][ \t]*$/;
const EXPANDED = /^(?:QUERY PLAN)?[ \t]*[|│] ?/;
const FRAMED = /^[ \t]*[|│║] ?(.*?)[ \t]*[|│║][ \t]*$/;
const COMPOSE = /^[\w.-]{1,60}[ \t]{0,20}\| /;

/** The lines of a plan without what surrounds each of them. */
export function stripDecorations(text: string): string {
  const lines = withoutSharedPrefix(text.split("\n").filter((line) => !isDecoration(line)));
  return unquoted(unmarked(unframed(lines))).join("\n");
}

function isDecoration(line: string): boolean {
  // A border of any length is short enough to look at; a line of data may be long.
  if (line.length > 2_000) return /^[-─+|]+$/.test(line.slice(0, 2_000));
  return RECORD.test(line) || HEADER.test(line) || FENCE.test(line) || BORDER.test(line);
}

/** `| Seq Scan on t |` (psql, border 2) and `QUERY PLAN | Seq Scan on t` (psql, \x). */
function unframed(lines: readonly string[]): readonly string[] {
  const written = lines.filter((line) => line.trim() !== "");
  const isFramed = mostly(written, (line) => /^[ \t]*[|│║]/.test(line) && FRAMED.test(line));
  if (isFramed) return lines.map((line) => FRAMED.exec(line)?.[1] ?? line);
  const isExpanded = written.some((line) => /^QUERY PLAN[ \t]*[|│]/.test(line));
  return isExpanded ? lines.map((line) => line.replace(EXPANDED, "")) : lines;
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
