import type { Node } from "@pgsql/types";
import { hasSqlDetails, loadModule, normalizeSync, parseSync, scanSync } from "libpg-query";

// The parser is WebAssembly: loaded once, here, so that everything that reads SQL can stay synchronous.
await loadModule();

/** One statement of a text, with where it stands in the text's UTF-8 bytes. */
interface ParsedNode {
  readonly node: Node;
  readonly start: number;
}

/** One token with its place in the UTF-8 bytes of the text. */
export interface Token {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** libpg-query's name: `PARAM`, `SCONST`, `ICONST`, `IDENT`, `SQL_COMMENT`, `ASCII_59`, … */
  readonly name: string;
}

export type ParseOutcome =
  | { readonly outcome: "parsed"; readonly statements: readonly ParsedNode[] }
  | { readonly outcome: "failed"; readonly message: string; readonly isAtEnd: boolean };

/** Parses a text of any number of statements with PostgreSQL's own grammar. */
export function parseSql(text: string): ParseOutcome {
  try {
    const statements = (parseSync(text).stmts ?? []).flatMap((raw) =>
      raw.stmt === undefined ? [] : [{ node: raw.stmt, start: raw.stmt_location ?? 0 }],
    );
    return { outcome: "parsed", statements };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const position = hasSqlDetails(error) ? (error.sqlDetails?.cursorPosition ?? 0) : 0;
    return { outcome: "failed", message, isAtEnd: endsMidway(message, position, text) };
  }
}

/** The text with its constants replaced by `$n`. */
export function normalizeText(text: string): string {
  return normalizeSync(text);
}

/** The tokens of a text, or null where it cannot even be cut into tokens. */
export function tokensOf(text: string): readonly Token[] | null {
  try {
    return scanSync(text).tokens.map(({ start, end, text: word, tokenName }) => ({
      start,
      end,
      text: word,
      name: tokenName,
    }));
  } catch {
    return null;
  }
}

function endsMidway(message: string, position: number, text: string): boolean {
  return /at end of input|unterminated/.test(message) || position >= Buffer.byteLength(text) - 1;
}
