/** What a piece of SQL is, as PostgreSQL's lexer tells them apart (manual, 4.1 Lexical Structure). */
type TokenKind = "word" | "name" | "literal" | "parameter" | "operator" | "sign";

export interface Token {
  readonly kind: TokenKind;
  /** Words in lower case, everything else as it stands. */
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const BLANK = /(?:\s+|--[^\n]*)+/y;
const PIECES: readonly (readonly [RegExp, TokenKind])[] = [
  [/[eE]'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)/y, "literal"],
  [/(?:[bBxXnN]|[uU]&)?'(?:[^']|'')*(?:'|$)/y, "literal"],
  [/(?:[uU]&)?"(?:[^"]|"")*(?:"|$)/y, "name"],
  [/\$\d+/y, "parameter"],
  [/\$((?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?)\$[\s\S]*?(?:\$\1\$|$)/y, "literal"],
  [/[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y, "word"],
  [/0[xXoObB][\da-fA-F_]+|(?:\d[\d_]*(?:\.(?!\.)[\d_]*)?|\.\d[\d_]*)(?:[eE][+-]?\d+)?/y, "literal"],
  [/::|[()[\],;.:]/y, "sign"],
  [/[-+*/<>=~!@#%^&|`?]+/y, "operator"],
];
const MAY_END_IN_SIGN = /[~!@#%^&|`?]/;

/** The tokens of a statement, comments and blanks left out. What does not end is a token to the end. */
export function tokensOf(sql: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  for (;;) {
    at = skipBlanks(sql, at);
    if (at >= sql.length) return tokens;
    const token = tokenAt(sql, at);
    tokens.push(token);
    at = token.end;
  }
}

function tokenAt(sql: string, start: number): Token {
  for (const [pattern, kind] of PIECES) {
    pattern.lastIndex = start;
    const found = pattern.exec(sql)?.[0];
    if (found === undefined) continue;
    const text = kind === "operator" ? operatorOf(found) : found;
    const end = start + text.length;
    return { kind, text: kind === "word" ? text.toLowerCase() : text, start, end };
  }
  return { kind: "sign", text: sql.charAt(start), start, end: start + 1 };
}

/** `=-1` is `=` and `-1`: an operator ends in + or - only where it holds one of some other signs; comments end it. */
function operatorOf(found: string): string {
  const comment = /--|\/\*/.exec(found)?.index ?? found.length;
  let text = found.slice(0, Math.max(1, comment));
  while (text.length > 1 && /[-+]$/.test(text) && !MAY_END_IN_SIGN.test(text)) {
    text = text.slice(0, -1);
  }
  return text;
}

function skipBlanks(sql: string, from: number): number {
  let at = from;
  for (;;) {
    BLANK.lastIndex = at;
    at += BLANK.exec(sql)?.[0].length ?? 0;
    if (!sql.startsWith("/*", at)) return at;
    at = endOfBlockComment(sql, at);
  }
}

/** Comments nest in PostgreSQL. */
function endOfBlockComment(sql: string, at: number): number {
  let depth = 0;
  const bound = /\/\*|\*\//g;
  bound.lastIndex = at;
  for (let match = bound.exec(sql); match !== null; match = bound.exec(sql)) {
    depth += match[0] === "/*" ? 1 : -1;
    if (depth === 0) return bound.lastIndex;
  }
  return sql.length;
}
