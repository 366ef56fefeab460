import { parseSql, type Token, tokensOf } from "./parser.ts";

/** One statement of a file. */
export interface StatementText {
  readonly text: string;
  /** Line on which it begins, from 1. */
  readonly line: number;
  /** Comments before and inside it, in order. */
  readonly comments: readonly string[];
}

const META_COMMAND = /^[ \t]*\\.*$/gm;

/** Parts, each ending in a semicolon and a line, that one string may run over. */
const LONGEST_STRING_IN_PARTS = 50;
/** Semicolons on one line of which one may end the last whole statement. */
const MOST_TRIED = 200;

/**
 * Cuts a file at its semicolons, as the scanner sees them, so that those in strings, comments and
 * dollar quotes do not count. Lines that start with a backslash are psql's and are dropped. Where the
 * scanner gives up (a quote left open) the file is cut at semicolons that end a line, and only the
 * text from the last statement before the open quote to such a semicolon is lost: one bad statement.
 */
export function splitStatements(file: string): readonly StatementText[] {
  const text = file.replace(META_COMMAND, (line) => " ".repeat(line.length));
  const tokens = tokensOf(text);
  return tokens === null ? splitByLines(text) : splitByTokens(text, tokens, 1);
}

function splitByTokens(
  text: string,
  tokens: readonly Token[],
  firstLine: number,
): readonly StatementText[] {
  const bytes = Buffer.from(text);
  const statements: StatementText[] = [];
  let words: Token[] = [];
  let comments: string[] = [];
  const finish = (): void => {
    const [first] = words;
    const last = words.at(-1);
    if (first !== undefined && last !== undefined) {
      statements.push({
        text: bytes.subarray(first.start, last.end).toString("utf8"),
        line: firstLine - 1 + lineAt(bytes, first.start),
        comments,
      });
    }
    words = [];
    comments = [];
  };
  for (const token of tokens) {
    if (token.name === "ASCII_59") finish();
    else if (token.name === "SQL_COMMENT" || token.name === "C_COMMENT") comments.push(token.text);
    else words.push(token);
  }
  finish();
  return statements;
}

function splitByLines(text: string): readonly StatementText[] {
  const parts = text.split(/(?<=;[ \t]*\r?\n)/);
  const statements: StatementText[] = [];
  let line = 1;
  let start = 0;
  while (start < parts.length) {
    const whole = closedFrom(parts, start, line);
    const part = whole?.text ?? parts[start] ?? "";
    statements.push(...(whole?.statements ?? splitOpen(part, line)));
    line += countLines(part);
    start += whole?.parts ?? 1;
  }
  return statements;
}

interface ClosedText {
  readonly text: string;
  readonly parts: number;
  readonly statements: readonly StatementText[];
}

/** The fewest parts from `start` on in which every quote is closed; several only if they then parse. */
function closedFrom(parts: readonly string[], start: number, line: number): ClosedText | null {
  let text = "";
  for (let count = 1; count <= LONGEST_STRING_IN_PARTS; count += 1) {
    const next = parts[start + count - 1];
    if (next === undefined) return null;
    text += next;
    const tokens = tokensOf(text);
    if (tokens !== null && (count === 1 || parseSql(text).outcome === "parsed")) {
      return { text, parts: count, statements: splitByTokens(text, tokens, line) };
    }
  }
  return null;
}

/** The statements before the one with the open quote, and that one. */
function splitOpen(part: string, line: number): readonly StatementText[] {
  let end = part.lastIndexOf(";") + 1;
  let tokens = end === 0 ? [] : tokensOf(part.slice(0, end));
  for (let tried = 1; tokens === null; tried += 1) {
    end = end < 2 || tried >= MOST_TRIED ? 0 : part.lastIndexOf(";", end - 2) + 1;
    tokens = end === 0 ? [] : tokensOf(part.slice(0, end));
  }
  const before = part.slice(0, end);
  const open = part.slice(end);
  const leading = /^(?:\s|--.*)*/.exec(open)?.[0] ?? "";
  return [
    ...splitByTokens(before, tokens, line),
    {
      text: open.slice(leading.length).trim().replace(/;$/, ""),
      line: line + countLines(before + leading),
      comments: leading.match(/--.*$/gm) ?? [],
    },
  ];
}

function lineAt(bytes: Buffer, offset: number): number {
  let line = 1;
  for (
    let index = bytes.indexOf(10);
    index >= 0 && index < offset;
    index = bytes.indexOf(10, index + 1)
  )
    line += 1;
  return line;
}

function countLines(text: string): number {
  return text.split("\n").length - 1;
}
