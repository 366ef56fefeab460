const LONGEST_READ = 8_192;
const LONGEST_TEXT = 2_048;

const BLANKS = /\s+/y;
const LINE_COMMENT = /--[^\n]*/y;
const ESCAPED_STRING = /[eE]'(?:[^'\\]|\\[\s\S]|'')*(?:'|$)/y;
const STRING = /(?:[bBxXnN]|[uU]&)?'(?:[^']|'')*(?:'|$)/y;
const DOLLAR_STRING = /\$((?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?)\$[\s\S]*?(?:\$\1\$|$)/y;
const PARAMETER = /\$\d+/y;
const QUOTED_NAME = /(?:[uU]&)?"(?:[^"]|"")*(?:"|$)/y;
const WORD = /[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*/y;
const NUMBER = /(?:0[xXoObB][\da-fA-F_]+|(?:\d[\d_]*\.?[\d_]*|\.\d[\d_]*)(?:[eE][+-]?\d+)?)\w*/y;

/** What each token becomes, in the order in which PostgreSQL's lexer tells them apart; undefined keeps it. */
const TOKENS: readonly (readonly [RegExp, string | undefined])[] = [
  [BLANKS, " "],
  [LINE_COMMENT, " "],
  [ESCAPED_STRING, "?"],
  [STRING, "?"],
  [QUOTED_NAME, undefined],
  [DOLLAR_STRING, "?"],
  [PARAMETER, undefined],
  [WORD, undefined],
  [NUMBER, "?"],
];

/**
 * A statement without its literals and comments: what may be shown to anyone who may see the code. Parameters stay as `$1`, and
 * what does not end is a literal to the end.
 *
 * @param sql read up to 8,192 characters
 * @returns at most 2,048 characters, blanks drawn together
 */
export function redactSql(sql: string): string {
  const text = sql.slice(0, LONGEST_READ);
  let plain = "";
  let at = 0;
  while (at < text.length && plain.length <= LONGEST_TEXT) {
    const commentEnd = text.startsWith("/*", at) ? endOfBlockComment(text, at) : at;
    const [token, stand] =
      commentEnd > at ? [text.slice(at, commentEnd), " "] : nextToken(text, at);
    plain += stand === " " && (plain === "" || plain.endsWith(" ")) ? "" : stand;
    at += token.length;
  }
  plain = plain.trim();
  return plain.length > LONGEST_TEXT ? `${plain.slice(0, LONGEST_TEXT - 1)}…` : plain;
}

function nextToken(text: string, at: number): readonly [token: string, stand: string] {
  for (const [pattern, stand] of TOKENS) {
    pattern.lastIndex = at;
    const token = pattern.exec(text)?.[0];
    if (token !== undefined) return [token, stand ?? token];
  }
  const character = text.charAt(at);
  return [character, character];
}

/** Comments nest in PostgreSQL. */
function endOfBlockComment(text: string, at: number): number {
  let depth = 0;
  const bound = /\/\*|\*\//g;
  bound.lastIndex = at;
  for (let match = bound.exec(text); match !== null; match = bound.exec(text)) {
    depth += match[0] === "/*" ? 1 : -1;
    if (depth === 0) return bound.lastIndex;
  }
  return text.length;
}
