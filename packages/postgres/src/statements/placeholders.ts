import { isPlace } from "./normalise.ts";
import { type Token, tokensOf } from "./tokens.ts";

/**
 * What a literal or parameter is for. `key`: a column is compared with it for equality; `pattern`: for likeness, which is equality where
 * nothing is left open; `list`: one of several keys, in IN, ANY or VALUES; `range`: a bound; `limit` and `offset`: which part of the result; `output`: not part of the choice of rows.
 */
export type PlaceRole = "key" | "pattern" | "list" | "range" | "limit" | "offset" | "output";

/** A place in a statement where values differ from call to call. */
export interface Placeholder {
  readonly role: PlaceRole;
  /** The number behind `$`, from 1; undefined for a literal. */
  readonly parameter: number | undefined;
  /** A literal as it stands in the text. */
  readonly literal: string | undefined;
  /** The column that it is compared with, without its table, where that can be told. */
  readonly column: string | undefined;
  /** Places of one list have one number: where in the tokens it opens. */
  readonly list: number | undefined;
  /** Where it stands in the text. */
  readonly start: number;
  readonly end: number;
}

/** All places of a statement, in the order of its text. */
export function placeholdersOf(sql: string): readonly Placeholder[] {
  const tokens = tokensOf(sql);
  const clauses = clausesOf(tokens);
  return tokens.flatMap((token, index) =>
    isPlace(token) ? [placeholderAt(tokens, token, index, clauses[index] ?? "")] : [],
  );
}

function placeholderAt(
  tokens: readonly Token[],
  token: Token,
  index: number,
  clause: string,
): Placeholder {
  const found = anchorOf(tokens, index, clause, 0);
  const isParameter = token.kind === "parameter";
  return {
    start: token.start,
    end: token.end,
    role: found.role,
    column: found.column,
    list: found.list,
    parameter: isParameter ? Number(token.text.slice(1)) : undefined,
    literal: isParameter ? undefined : token.text,
  };
}

interface Anchor {
  readonly role: PlaceRole;
  readonly column?: string | undefined;
  readonly list?: number | undefined;
}

const OUTPUT: Anchor = { role: "output" };
const RANGE: Anchor = { role: "range" };
const LIKENESS = new Set(["like", "ilike", "similar"]);
const RANGE_OPERATORS = new Set(["<", ">", "<=", ">=", "<>", "!="]);
const TYPED = new Set(["interval", "date", "time", "timestamp", "timestamptz"]);
/** Which argument of a function is a distance, from 0 (PostGIS, earthdistance). */
const DISTANCES: Readonly<Record<string, number>> = {
  st_dwithin: 2,
  st_dfullywithin: 2,
  st_3ddwithin: 2,
  st_buffer: 1,
  st_expand: 1,
  earth_box: 1,
};
const DEEPEST = 6;

/** Looks back from a place to what it is compared with; functions and brackets around it are looked through. */
function anchorOf(tokens: readonly Token[], at: number, clause: string, depth: number): Anchor {
  if (depth > DEEPEST) return OUTPUT;
  let before = at - 1;
  const previous = (): Token | undefined => tokens[before];
  if (TYPED.has(previous()?.text ?? "")) before -= 1;
  const sign = previous();
  if (sign?.kind === "operator" && /^[-+]$/.test(sign.text) && clause !== "select") {
    // `now() - $1` bounds as well as `-1` does.
    const beforeSign = tokens[before - 1];
    if (beforeSign === undefined || /[\w")\]]$/.test(beforeSign.text)) {
      if (!/^(?:limit|offset|and|or|where|between)$/.test(beforeSign?.text ?? "")) return RANGE;
    }
    before -= 1;
  }
  const token = previous();
  if (token === undefined) return OUTPUT;
  if (token.kind === "operator") return byOperator(tokens, before, clause);
  if (token.kind === "word") {
    const byWord = anchorOfWord(tokens, before);
    if (byWord !== undefined) return byWord;
  }
  const following = byOperatorBehind(tokens, at);
  if (following !== undefined) return following;
  if (token.text === "(" || token.text === "," || token.text === "[") {
    const opening = openingBefore(tokens, before);
    if (opening === -1) return OUTPUT;
    if (DISTANCES[tokens[opening - 1]?.text ?? ""] === argumentOf(tokens, opening, before))
      return RANGE;
    return byBracket(tokens, opening, clause, depth);
  }
  return OUTPUT;
}

function byOperator(tokens: readonly Token[], at: number, clause: string): Anchor {
  const operator = tokens[at]?.text ?? "";
  if (clause === "select") return OUTPUT;
  const column = columnBefore(tokens, at);
  // One part of a table after the other is no look-up: `id % 10 = $1`.
  if (operator === "=") return isRemainder(tokens, at) ? RANGE : { role: "key", column };
  if (RANGE_OPERATORS.has(operator)) return { role: "range", column };
  // Paths into a document belong to the statement, not to the call.
  if (operator.startsWith("->") || operator.startsWith("#>")) return OUTPUT;
  if (/^[-+*/%]$/.test(operator)) return RANGE;
  return { role: "key", column: undefined };
}

/** `id % 10`, `mod(id, 10)` before an operator. */
function isRemainder(tokens: readonly Token[], operator: number): boolean {
  if (tokens[operator - 2]?.text === "%") return true;
  if (tokens[operator - 1]?.text !== ")") return false;
  const opening = openingBefore(tokens, operator - 2);
  return (
    opening > 0 &&
    (tokens[opening - 1]?.text === "mod" ||
      tokens.slice(opening, operator).some(({ text }) => text === "%"))
  );
}

/** `$1 = user_id`. */
function byOperatorBehind(tokens: readonly Token[], at: number): Anchor | undefined {
  let after = at + 1;
  while (tokens[after]?.text === "::") after += 2;
  const operator = tokens[after];
  if (operator?.text === "between") return RANGE;
  if (operator?.kind !== "operator") return undefined;
  if (RANGE_OPERATORS.has(operator.text)) return RANGE;
  if (operator.text !== "=") return undefined;
  const column = tokens[after + 1];
  const isName = column?.kind === "word" || column?.kind === "name";
  return { role: "key", column: isName ? lastPart(tokens, after + 1) : undefined };
}

function anchorOfWord(tokens: readonly Token[], at: number): Anchor | undefined {
  const word = tokens[at]?.text ?? "";
  if (word === "limit" || word === "first" || word === "next") return { role: "limit" };
  if (word === "offset") return { role: "offset" };
  if (word === "between" || word === "symmetric") return RANGE;
  if (LIKENESS.has(word)) return { role: "pattern", column: columnBefore(tokens, at) };
  if (word === "from" && tokens[at - 1]?.text === "distinct") return { role: "key" };
  if (word === "and" && isSecondBoundOfBetween(tokens, at)) return RANGE;
  return undefined;
}

function isSecondBoundOfBetween(tokens: readonly Token[], and: number): boolean {
  for (let at = and - 1; at >= Math.max(0, and - 8); at -= 1) {
    const text = tokens[at]?.text;
    if (text === "between") return true;
    if (text === "and" || text === "or" || text === "where") return false;
  }
  return false;
}

function byBracket(
  tokens: readonly Token[],
  opening: number,
  clause: string,
  depth: number,
): Anchor {
  const before = tokens[opening - 1];
  const word = before?.kind === "word" ? before.text : "";
  if (word === "in" || word === "any" || word === "some" || word === "all") {
    const column = columnBefore(tokens, word === "in" ? skipNot(tokens, opening - 1) : opening - 2);
    return { role: "list", list: opening, column };
  }
  if (word === "values") return { role: "list", list: opening - 1 };
  if (word === "array") {
    const around = anchorOf(tokens, opening - 1, clause, depth + 1);
    return around.role === "key" ? { ...around, role: "list", list: opening } : around;
  }
  if (word === "unnest") return { role: "list", list: opening };
  if (before?.text === "(" || before?.text === ",") {
    const values = valuesBefore(tokens, opening);
    if (values !== -1) return { role: "list", list: values };
    // A row in a list of rows: `(a, b) in (($1, $2), ($3, $4))`.
    const outer = openingBefore(tokens, opening - 1);
    if (outer !== -1) return byBracket(tokens, outer, clause, depth + 1);
  }
  if (before?.kind === "operator") return byOperator(tokens, opening - 1, clause);
  if (before?.kind === "word" || before?.kind === "name") {
    if (clause === "select") return OUTPUT;
    if (clause === "from") return { role: "key" };
    const around = anchorOf(tokens, opening - 1, clause, depth + 1);
    return around.role === "output" ? { role: "key" } : around;
  }
  return OUTPUT;
}

/** Where VALUES stands of whose rows this is a later one; -1 where there is none. */
function valuesBefore(tokens: readonly Token[], opening: number): number {
  let at = opening - 1;
  while (tokens[at]?.text === "," && tokens[at - 1]?.text === ")") {
    at = openingBefore(tokens, at - 2) - 1;
  }
  return tokens[at]?.text === "values" ? at : -1;
}

/** `a not in (…)`: from `in` to what stands before `not`. */
function skipNot(tokens: readonly Token[], at: number): number {
  return tokens[at - 1]?.text === "not" ? at - 1 : at;
}

/** The bracket that is open at a token, -1 where there is none. */
function openingBefore(tokens: readonly Token[], at: number): number {
  let depth = 0;
  for (let index = at; index >= 0; index -= 1) {
    const text = tokens[index]?.text;
    if (text === ")" || text === "]") depth += 1;
    if (text === "(" || text === "[") {
      if (depth === 0) return index;
      depth -= 1;
    }
  }
  return -1;
}

/** Which argument of a call stands behind a token within its brackets, from 0. */
function argumentOf(tokens: readonly Token[], opening: number, at: number): number {
  let commas = 0;
  for (let index = at; index > opening; index -= 1) {
    const text = tokens[index]?.text;
    if (text === ")" || text === "]") index = openingBefore(tokens, index - 1);
    else if (text === ",") commas += 1;
  }
  return commas;
}

/** The column that stands before an operator, casts looked through. */
function columnBefore(tokens: readonly Token[], operator: number): string | undefined {
  let at = operator - 1;
  while (tokens[at - 1]?.text === "::") at -= 2;
  const token = tokens[at];
  return token?.kind === "word" || token?.kind === "name" ? token.text : undefined;
}

function lastPart(tokens: readonly Token[], from: number): string | undefined {
  let at = from;
  while (tokens[at + 1]?.text === ".") at += 2;
  return tokens[at]?.text;
}

const CLAUSES = new Set([
  "select",
  "from",
  "where",
  "having",
  "on",
  "group",
  "order",
  "limit",
  "set",
  "values",
  "returning",
]);

/** The clause of its own query in which each token stands. */
function clausesOf(tokens: readonly Token[]): readonly string[] {
  const open: string[] = [];
  let clause = "";
  return tokens.map(({ kind, text }, index) => {
    if (text === "(") {
      open.push(clause);
    } else if (text === ")") {
      clause = open.pop() ?? "";
    } else if (kind === "word" && CLAUSES.has(text)) {
      const isDistinctFrom = text === "from" && tokens[index - 1]?.text === "distinct";
      const isInFunction =
        text === "from" &&
        /^(?:extract|trim|substring|overlay)$/.test(functionAround(tokens, index));
      if (!isDistinctFrom && !isInFunction) clause = text;
    }
    return clause;
  });
}

function functionAround(tokens: readonly Token[], at: number): string {
  const opening = openingBefore(tokens, at - 1);
  return opening > 0 ? (tokens[opening - 1]?.text ?? "") : "";
}
