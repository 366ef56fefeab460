import { normalizeText, type Token, tokensOf } from "./parser.ts";

/** A statement with its constants taken out. */
export interface LiftedStatement {
  /** Constants are `$n`. */
  readonly text: string;
  /** Value of `$1`, `$2`, …; undefined for a parameter that the text had already. */
  readonly values: readonly (string | null | undefined)[];
}

/**
 * Replaces constants by parameters and keeps their values, by walking the tokens of both texts side by
 * side; null where they part (`N'…'` and `U&'…'`).
 */
export function liftLiterals(text: string): LiftedStatement | null {
  const normalized = normalizeText(text);
  const before = tokensOf(text)?.filter(isWord);
  const after = tokensOf(normalized)?.filter(isWord);
  if (before === undefined || after === undefined) return null;
  const values: (string | null | undefined)[] = [];
  let position = 0;
  for (const token of after) {
    const original = before[position];
    if (original === undefined) return null;
    if (token.name !== "PARAM") {
      if (original.text !== token.text) return null;
      position += 1;
      continue;
    }
    const number = Number(token.text.slice(1)) - 1;
    if (original.name === "PARAM") {
      values[number] ??= undefined;
      position += 1;
      continue;
    }
    const end = endOfConstant(before, position);
    values[number] = constantValue(before.slice(position, end));
    position = end;
  }
  return { text: normalized, values: Array.from(values) };
}

function isWord(token: Token): boolean {
  return token.name !== "SQL_COMMENT" && token.name !== "C_COMMENT";
}

/** A constant is one token, or a sign and a number. */
function endOfConstant(tokens: readonly Token[], start: number): number {
  const first = tokens[start]?.text;
  return first === "-" || first === "+" ? start + 2 : start + 1;
}

function constantValue(tokens: readonly Token[]): string | null {
  const word = tokens.map(({ text }) => text).join("");
  if (/^null$/i.test(word)) return null;
  if (/^[bx]'/i.test(word)) return bitsOf(word);
  const dollar = /^(\$[^$]*\$)([\s\S]*)\1$/.exec(word);
  if (dollar !== null) return dollar[2] ?? "";
  const quoted = /^(e)?'([\s\S]*)'$/i.exec(word);
  if (quoted === null) return word;
  const inner = (quoted[2] ?? "").replaceAll("''", "'");
  return quoted[1]?.toLowerCase() === "e" ? withoutEscapes(inner) : inner;
}

const ESCAPES: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/** Backslash escapes of `E'…'` (manual, 4.1.2.2). */
function withoutEscapes(text: string): string {
  return text.replace(
    /\\(?:x([0-9a-f]{1,2})|u([0-9a-f]{4})|U([0-9a-f]{8})|([0-7]{1,3})|([\s\S]))/gi,
    (_, hex?: string, short?: string, long?: string, octal?: string, character?: string) => {
      const code = hex ?? short ?? long;
      if (code !== undefined) return String.fromCodePoint(Number.parseInt(code, 16));
      if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
      return ESCAPES[character ?? ""] ?? character ?? "";
    },
  );
}

function bitsOf(word: string): string {
  const digits = word.slice(2, -1);
  if (/^b/i.test(word)) return digits;
  return digits
    .split("")
    .map((digit) => Number.parseInt(digit, 16).toString(2).padStart(4, "0"))
    .join("");
}
