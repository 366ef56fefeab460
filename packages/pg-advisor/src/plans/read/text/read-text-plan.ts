import { planUnreadable } from "../../errors.ts";
import { MOST_DEPTH } from "../../tree/build-node.ts";
import type { Properties } from "../../tree/explained-plan.ts";
import { isEpilogue, readEpilogue } from "./epilogue.ts";
import { cutFigures } from "./figures.ts";
import { GrowingNode } from "./growing-node.ts";
import { readNodeName } from "./node-names.ts";
import { openQuoteAfter } from "./split-list.ts";

/** A plan in the text form with what follows it. */
export interface TextPlan {
  /** Under the names of the JSON form: `Plan`, `Planning Time`, … */
  readonly explained: Properties;
  /** The index of the line after it. */
  readonly next: number;
}

const ARROW = /^(\s*)->\s+(.*)$/;
const LABEL = /^\s*((?:InitPlan|SubPlan|CTE)\b[^:]*)$/;
const PROPERTY = /^(\s*)([A-Z][A-Za-z0-9 /()-]{0,40}?):(?:\s+(.*))?$/;
const FOOTER = /^\s*\(\d+ (?:rows?|строк\w*|Zeilen?|lignes?|filas?)\)\s*$/;
/** Names have 63 bytes at the most: no line of a node is longer. */
const LONGEST_NODE = 1_000;
const QUERY_TEXT = /^\s*Query Text: ?/;

/**
 * The first plan from a line on, in lines of EXPLAIN's text form; null where no line begins one.
 *
 * @throws StreamGateError `SG_PG_PLAN_UNREADABLE` where its lines have lost their indentation
 */
export function readTextPlan(lines: readonly string[], from = 0): TextPlan | null {
  const start = findRoot(lines, from);
  if (start === null) return null;
  const { index, root, hasFigures } = start;
  const above: GrowingNode[] = [root];
  let label: string | null = null;
  let at = index + 1;
  for (; at < lines.length; at += 1) {
    const line = lines[at] ?? "";
    const trimmed = line.trim();
    if (trimmed === "") continue;
    if (FOOTER.test(line)) break;
    if (isEpilogue(trimmed) && indentOf(line) <= root.indent) break;
    const node = arrowNode(line, hasFigures);
    if (node !== null) {
      attach(above, node, label);
      label = null;
      continue;
    }
    if (isAnotherRoot(line)) break;
    const labelled = LABEL.exec(line)?.[1];
    if (labelled !== undefined) {
      label = labelled.trim();
      continue;
    }
    const [, indent = "", name, first = ""] = PROPERTY.exec(line) ?? [];
    if (name === undefined) continue;
    const { value, next } = wholeValue(lines, at, first);
    above.at(-1)?.addProperty(indent.length, name, value);
    at = next;
  }
  const { epilogue, end } = epilogueFrom(lines, at, root.indent);
  return {
    explained: {
      Plan: root.finish(),
      ...queryTextOf(lines.slice(from, index)),
      ...readEpilogue(epilogue),
    },
    next: end,
  };
}

interface Root {
  readonly index: number;
  readonly root: GrowingNode;
  readonly hasFigures: boolean;
}

/** The first line that has a node's name and figures; where none has figures (COSTS OFF), the first that is a node's name. */
function findRoot(lines: readonly string[], from: number): Root | null {
  for (const hasFigures of [true, false]) {
    for (let index = from; index < lines.length; index += 1) {
      const line = lines[index] ?? "";
      if (hasFigures && !line.includes("(")) continue;
      const node = nodeOf(line.trim(), indentOf(line), hasFigures);
      if (node === null) continue;
      if (!hasFigures && !looksLikePlan(lines, index)) continue;
      return { index, root: node, hasFigures };
    }
  }
  return null;
}

/** Prose may hold a line that reads `Limit` or `Result`: a plan goes on below it, or ends there. */
function looksLikePlan(lines: readonly string[], index: number): boolean {
  let below = index + 1;
  while (below < lines.length && (lines[below] ?? "").trim() === "") below += 1;
  const next = lines[below];
  if (next === undefined) return true;
  return ARROW.test(next) || PROPERTY.test(next) || LABEL.test(next) || FOOTER.test(next);
}

function arrowNode(line: string, hasFigures: boolean): GrowingNode | null {
  const [, indent, written] = ARROW.exec(line) ?? [];
  if (indent === undefined || written === undefined) return null;
  return nodeOf(written, indent.length, hasFigures) ?? nodeOf(written, indent.length, false);
}

function nodeOf(written: string, indent: number, hasFigures: boolean): GrowingNode | null {
  if (written.length > LONGEST_NODE) return null;
  if (!hasFigures) {
    const read = readNodeName(written);
    return read === null ? null : new GrowingNode(indent, read);
  }
  const cut = cutFigures(written);
  if (cut === null || !/^[A-Z]/.test(cut.name)) return null;
  // A node of a version to come keeps the name that it has.
  const read = readNodeName(cut.name) ?? { "Node Type": cut.name };
  return new GrowingNode(indent, { ...read, ...cut.figures });
}

function isAnotherRoot(line: string): boolean {
  return line.includes("(") && nodeOf(line.trim(), 0, true) !== null;
}

function attach(above: GrowingNode[], node: GrowingNode, label: string | null): void {
  while ((above.at(-1)?.indent ?? -1) >= node.indent) above.pop();
  const parent = above.at(-1);
  if (parent === undefined) {
    throw planUnreadable(
      undefined,
      "its lines have lost their indentation, which says which node is below which",
      "paste it again with its spaces, or use EXPLAIN (FORMAT JSON)",
    );
  }
  if (above.length > MOST_DEPTH) throw planUnreadable(undefined, "its nodes are nested too deeply");
  parent.adopt(node, label);
  above.push(node);
}

/** A value with the lines that it goes on in: it may hold line ends, and mails and terminals wrap. */
function wholeValue(
  lines: readonly string[],
  at: number,
  first: string,
): { readonly value: string; readonly next: number } {
  const parts = [first];
  let quote = openQuoteAfter(first);
  let next = at;
  while (next + 1 < lines.length) {
    const following = lines[next + 1] ?? "";
    const isWithinQuotes = quote !== "";
    if (isWithinQuotes ? !mayCloseQuote(lines, next + 1) : isLineOfItsOwn(following)) break;
    parts.push(isWithinQuotes ? `\n${following}` : ` ${following.trim()}`);
    quote = openQuoteAfter(following, quote);
    next += 1;
  }
  return { value: parts.join("").trimEnd(), next };
}

const MOST_QUOTED_LINES = 200;

/** A quote that never closes was cut off: then the next lines are a plan's own. */
function mayCloseQuote(lines: readonly string[], from: number): boolean {
  return lines.slice(from, from + MOST_QUOTED_LINES).some((line) => /['"]/.test(line));
}

function isLineOfItsOwn(line: string): boolean {
  return (
    line.trim() === "" ||
    ARROW.test(line) ||
    LABEL.test(line) ||
    PROPERTY.test(line) ||
    FOOTER.test(line) ||
    isEpilogue(line.trim()) ||
    isAnotherRoot(line)
  );
}

function epilogueFrom(
  lines: readonly string[],
  from: number,
  margin: number,
): { readonly epilogue: readonly string[]; readonly end: number } {
  let end = from;
  while (end < lines.length) {
    const line = lines[end] ?? "";
    const belongs =
      line.trim() === "" || isEpilogue(line.trim()) || indentOf(line) > margin || end === from;
    if (!belongs || FOOTER.test(line) || isAnotherRoot(line)) break;
    end += 1;
  }
  return { epilogue: lines.slice(from, end), end };
}

/** What auto_explain writes before the plan. */
function queryTextOf(before: readonly string[]): Properties {
  const start = before.findLastIndex((line) => QUERY_TEXT.test(line));
  if (start < 0) return {};
  const lines = before.slice(start);
  const parameters = lines.findIndex((line) => /^\s*Query Parameters: /.test(line));
  const text = (parameters < 0 ? lines : lines.slice(0, parameters)).join("\n");
  return { "Query Text": text.replace(QUERY_TEXT, "").trim() };
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
