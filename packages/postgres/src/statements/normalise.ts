import type { Token } from "./tokens.ts";

const PLACE = "?";

/**
 * A statement's text without what changes from call to call: literals and parameters become `?`, a list of them of any length one,
 * and rows of the same shape one row. Names stay as they are, so that `events_2026_01` and `events_2026_02` are two statements.
 */
export function normalise(tokens: readonly Token[]): string {
  const pieces: string[] = [];
  const open: number[] = [];
  for (const [index, token] of tokens.entries()) {
    if (isPlace(token)) addPlace(pieces, tokens[index - 1]);
    else if (token.text === ")" || token.text === "]") close(pieces, token.text, open.pop());
    else {
      if (token.text === "(" || token.text === "[") open.push(pieces.length);
      pieces.push(token.text);
    }
  }
  while (pieces.at(-1) === ";") pieces.pop();
  return join(pieces);
}

export function isPlace({ kind }: Token): boolean {
  return kind === "literal" || kind === "parameter";
}

/** `-5` is as much a literal as `5`; `a - 5` is none. */
function addPlace(pieces: string[], before: Token | undefined): void {
  const isSign = before?.kind === "operator" && (before.text === "-" || before.text === "+");
  if (isSign && isAtStartOfValue(pieces.at(-2))) pieces.pop();
  pieces.push(PLACE);
}

function isAtStartOfValue(piece: string | undefined): boolean {
  if (piece === undefined) return true;
  return (
    /^(?:[(,[]|[-+*/<>=~!@#%^&|`?]+|in|any|between|and|or|limit|offset|then|else|when|select|values|return|by)$/.test(
      piece,
    ) && piece !== PLACE
  );
}

/** Draws the list that ends here together, and the rows before it that have its shape. */
function close(pieces: string[], bracket: string, opening: number | undefined): void {
  if (opening === undefined) {
    pieces.push(bracket);
    return;
  }
  const inside = drawTogether(pieces.splice(opening + 1));
  pieces.push(...inside, bracket);
  if (inside.includes(PLACE)) dropSameBefore(pieces, opening);
}

/** `?, ?::int, ?` becomes its first; anything else between the commas keeps the list. */
function drawTogether(inside: string[]): string[] {
  const comma = inside.indexOf(",");
  if (inside[0] !== PLACE || comma === -1) return inside;
  const isList = inside.every((piece, index) => {
    const before = inside[index - 1];
    if (piece === PLACE) return before === undefined || before === ",";
    if (piece === "," || piece === "::") return before !== "," && before !== "::";
    return before === "::" && /^[\w"]+$/.test(piece);
  });
  return isList ? inside.slice(0, comma) : inside;
}

/** `(?, x), (?, x)` becomes `(?, x)`. */
function dropSameBefore(pieces: string[], opening: number): void {
  const length = pieces.length - opening;
  const before = opening - 1 - length;
  if (before < 0 || pieces[opening - 1] !== ",") return;
  const row = pieces.slice(opening);
  if (row.every((piece, index) => pieces[before + index] === piece)) pieces.length = opening - 1;
}

const NO_BLANK_BEFORE = new Set([",", ")", "]", ".", "::", ";", "[", ":"]);
const NO_BLANK_AFTER = new Set(["(", "[", ".", "::", ":"]);
const BLANK_BEFORE_PARENTHESIS =
  /^(?:in|any|all|values|and|or|not|where|on|exists|as|from|select|over|by|using|,|=|<|>|<=|>=|<>)$/;

function join(pieces: readonly string[]): string {
  let text = "";
  for (const [index, piece] of pieces.entries()) {
    const before = pieces[index - 1];
    const isTight =
      before === undefined ||
      NO_BLANK_BEFORE.has(piece) ||
      NO_BLANK_AFTER.has(before) ||
      (piece === "(" && !BLANK_BEFORE_PARENTHESIS.test(before));
    text += isTight ? piece : ` ${piece}`;
  }
  return text;
}
