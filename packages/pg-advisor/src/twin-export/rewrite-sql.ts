import { quoteIdentifier, quoteLiteral } from "../schema/identifiers.ts";
import { KEYWORDS } from "../schema/keywords.ts";
import { tokensOf } from "../workload/text/parser.ts";
import type { ReplacedNames } from "./replaced-names.ts";
import type { ReplacedValues } from "./replaced-values.ts";
import { kindOfType, type ValueKind } from "./value-kind.ts";

/** What of a text is replaced beside names. */
export type Literals = "replaced" | "kept" | "texts only";

interface Token {
  readonly name: string;
  readonly text: string;
}

/** Words of PostgreSQL that stand in quotes: units, zones, switches. */
const WORDS =
  /^(?:microseconds?|milliseconds?|seconds?|minutes?|hours?|days?|weeks?|months?|quarters?|years?|decades?|centur(?:y|ies)|millenni(?:um|a)|epoch|dow|isodow|doy|isoyear|utc|gmt|on|off|true|false|auto|simple|english)$/i;
const COUNTING = new Set(["limit", "offset", "fetch", "first", "next", "modulus", "remainder"]);
const BEFORE_RELATION = new Set(["into", "references", "table"]);
const NAMES_PARSED = /^reg(?:class|type|proc|procedure|oper|operator|namespace|role)$/;

/**
 * A text of SQL, whole or a part, with other names and other values in the same places; without its comments. Works on the words alone,
 * so that any part of a statement will do.
 *
 * @returns null where the text cannot be cut into words
 */
export function rewriteSql(
  sql: string,
  names: ReplacedNames,
  values: ReplacedValues,
  literals: Literals = "replaced",
): string | null {
  const scanned = tokensOf(sql);
  if (scanned === null) return null;
  const bytes = Buffer.from(sql, "utf8");
  const tokens = scanned.filter(({ name }) => !/COMMENT/.test(name));
  let text = "";
  let end = tokens[0]?.start ?? 0;
  for (const [position, token] of tokens.entries()) {
    text += /\s/.test(bytes.toString("utf8", end, token.start)) || end < token.start ? " " : "";
    const source = { name: token.name, text: bytes.toString("utf8", token.start, token.end) };
    text += rewriteToken(source, tokens, position, names, values, literals);
    end = token.end;
  }
  return text;
}

function rewriteToken(
  token: Token,
  tokens: readonly Token[],
  position: number,
  names: ReplacedNames,
  values: ReplacedValues,
  literals: Literals,
): string {
  const before = tokens[position - 1]?.text.toLowerCase() ?? "";
  if (token.name === "SCONST" || /^(?:U&|N)'/i.test(token.text)) {
    if (literals === "kept") return token.text;
    return rewriteLiteral(token.text, tokens, position, names, values);
  }
  if (token.name === "ICONST" || token.name === "FCONST") {
    const isCount = literals !== "replaced" || COUNTING.has(before);
    return isCount ? token.text : values.number(token.text);
  }
  if (names.areKept || !/^["\p{L}_]/u.test(token.text)) return token.text;
  return rewriteName(token.text, tokens, position, names);
}

function rewriteName(
  word: string,
  tokens: readonly Token[],
  position: number,
  names: ReplacedNames,
): string {
  const isQuoted = word.startsWith('"');
  const name = isQuoted ? word.slice(1, -1).replaceAll('""', '"') : word.toLowerCase();
  const [before, after] = [tokens[position - 1], tokens[position + 1]];
  const isOfPostgres = before?.text === "." && tokens[position - 2]?.text === "pg_catalog";
  const isOfTimeZone = name === "at" && after?.text.toLowerCase() === "time";
  if (isOfPostgres || isOfTimeZone) return word;
  if (!isQuoted && before?.text === "::" && !names.isKnown(name)) return word;
  if (!isQuoted && after?.name === "SCONST") return word;
  const isCalled = after?.text === "(" && !BEFORE_RELATION.has(before?.text.toLowerCase() ?? "");
  if (!isQuoted && isCalled && before?.text !== ".") {
    return names.isFunction(name) ? quoteIdentifier(names.hash(name)) : word;
  }
  if (!isQuoted && KEYWORDS.has(name)) return word;
  if (names.isKnown(name)) return quoteIdentifier(names.hash(name));
  // Quoted names that the catalogue does not know are aliases: they may say anything.
  return isQuoted ? quoteIdentifier(names.hash(name)) : word;
}

function rewriteLiteral(
  literal: string,
  tokens: readonly Token[],
  position: number,
  names: ReplacedNames,
  values: ReplacedValues,
): string {
  const value = meaningOf(literal);
  if (value === null) return "NULL";
  const type = typeBehind(tokens, position) ?? typeBefore(tokens, position);
  if (type !== null && NAMES_PARSED.test(type)) {
    return quoteLiteral(rewriteSql(value, names, values) ?? "");
  }
  if (WORDS.test(value) && (type === null || type === "text")) return quoteLiteral(value);
  const kind: ValueKind = type === null ? "unknown" : kindOfType(type);
  const replaced = values.replace(value, kind === "drop" ? "unknown" : kind);
  return quoteLiteral(replaced ?? "");
}

/** The type that a literal is cast to: `'…'::timestamp with time zone`. */
function typeBehind(tokens: readonly Token[], position: number): string | null {
  if (tokens[position + 1]?.text !== "::") return null;
  let type = "";
  for (const { text } of tokens.slice(position + 2, position + 8)) {
    if (!/^[\p{L}"_.[\]]/u.test(text)) break;
    type += text;
    if (text === "]") break;
  }
  return type.toLowerCase();
}

/** `interval '1 day'` */
function typeBefore(tokens: readonly Token[], position: number): string | null {
  const before = tokens[position - 1]?.text.toLowerCase() ?? "";
  return /^(?:interval|date|timestamp|timestamptz|time)$/.test(before) ? before : null;
}

/** What a string constant stands for; null where that is not read here. */
function meaningOf(literal: string): string | null {
  const dollar = /^(\$[^$]*\$)(.*)\1$/s.exec(literal);
  if (dollar !== null) return dollar[2] ?? "";
  const escaped = /^e'(.*)'$/is.exec(literal);
  if (escaped !== null) return withoutEscapes(escaped[1] ?? "");
  const plain = /^'(.*)'$/s.exec(literal);
  return plain === null ? null : (plain[1] ?? "").replaceAll("''", "'");
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f" };

function withoutEscapes(body: string): string {
  return body
    .replaceAll("''", "'")
    .replace(/\\(u[0-9a-f]{4}|U[0-9a-f]{8}|x[0-9a-f]{1,2}|[0-7]{1,3}|.)/gis, (_, code: string) => {
      if (/^[uUx]/.test(code) && code.length > 1)
        return String.fromCodePoint(Number.parseInt(code.slice(1), 16));
      if (/^[0-7]/.test(code)) return String.fromCodePoint(Number.parseInt(code, 8));
      return ESCAPES[code] ?? code;
    });
}
