import { isProperties, textOf } from "../../tree/read-properties.ts";

/** What auto_explain wrote of one execution. */
export interface LogEntry {
  readonly durationMs: number;
  /** The statement and its plan, as text or JSON. */
  readonly body: string;
}

const DURATION = /duration: ([\d.]{1,20}) ms {1,9}plan:/;
/** What begins another entry of a log. */
const LEVEL =
  /\b(?:LOG|ERROR|FATAL|PANIC|WARNING|NOTICE|INFO|DEBUG\d?|STATEMENT|DETAIL|HINT|CONTEXT): {1,2}/;
const SYSLOG = /^.{0,200}?\bpostgres\[\d+\]: \[\d+-\d+\] ?/;
const CONTAINER = /^[\w.-]{1,60}[ \t]{0,20}\| /;

export function isLogWithPlans(text: string): boolean {
  return DURATION.test(text);
}

/** Every execution that auto_explain wrote to a log in any of the server's forms (manual, 19.8 and F.3). */
export function entriesOfLog(text: string): readonly LogEntry[] {
  const lines = text.split("\n");
  const entries: LogEntry[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    if (!DURATION.test(line)) continue;
    const json = entryOfJson(line);
    if (json !== null) {
      entries.push(json);
      continue;
    }
    const { entry, next } = line.includes('"duration: ')
      ? entryOfCsv(lines, at)
      : entryOfText(lines, at);
    entries.push(entry);
    at = next - 1;
  }
  return entries;
}

/** jsonlog: an object a line. */
function entryOfJson(line: string): LogEntry | null {
  const start = line.indexOf("{");
  if (start < 0 || !line.includes('"message"')) return null;
  try {
    const parsed: unknown = JSON.parse(line.slice(start));
    return isProperties(parsed) ? entryOf(textOf(parsed, "message") ?? "") : null;
  } catch {
    return null;
  }
}

/** csvlog: the message is a quoted field, its own quotes doubled. */
function entryOfCsv(lines: readonly string[], from: number): { entry: LogEntry; next: number } {
  const first = lines[from] ?? "";
  let field = first.slice(first.indexOf('"duration: ') + 1);
  const parts: string[] = [];
  let next = from + 1;
  for (;;) {
    const close = closeOfField(field);
    if (close !== null) {
      parts.push(field.slice(0, close));
      break;
    }
    parts.push(field);
    if (next >= lines.length) break;
    field = lines[next] ?? "";
    next += 1;
  }
  return { entry: entryOf(parts.join("\n").replaceAll('""', '"')), next };
}

function closeOfField(field: string): number | null {
  for (let at = field.indexOf('"'); at >= 0; at = field.indexOf('"', at)) {
    if (field.charAt(at + 1) !== '"') return at;
    at += 2;
  }
  return null;
}

/** stderr and syslog: the lines that follow begin with a tab, or with syslog's own words. */
function entryOfText(lines: readonly string[], from: number): { entry: LogEntry; next: number } {
  const first = lines[from] ?? "";
  const prefix = prefixOf(first);
  const body = [first.slice(DURATION.exec(first)?.index ?? 0)];
  let next = from + 1;
  for (; next < lines.length; next += 1) {
    const line = (lines[next] ?? "").replace(prefix, "").replaceAll("#011", "\t");
    if (!/^[\t ]/.test(line) && LEVEL.test(line.slice(0, 400))) break;
    body.push(line.startsWith("\t") ? line.slice(1) : line);
  }
  return { entry: entryOf(body.join("\n")), next };
}

/** What stands before every line of this log. */
function prefixOf(line: string): RegExp {
  if (SYSLOG.test(line)) return SYSLOG;
  return CONTAINER.test(line) ? CONTAINER : /^(?!)/;
}

function entryOf(message: string): LogEntry {
  const match = DURATION.exec(message);
  const end = match === null ? 0 : match.index + match[0].length;
  return {
    durationMs: Number(match?.[1] ?? 0),
    body: message.slice(end).replaceAll("\t", "        "),
  };
}
