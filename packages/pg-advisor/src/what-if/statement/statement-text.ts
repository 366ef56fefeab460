import { loadModule, parseSync, scanSync } from "libpg-query";
import { statementRefused } from "../errors.ts";

/** A statement that may be planned, cut at its placeholders. */
export interface StatementText {
  readonly text: string;
  /** The text between placeholders; one more than there are `placeholders`. */
  readonly pieces: readonly string[];
  /** The n of each `$n`, in the order of the text. */
  readonly placeholders: readonly number[];
}

const PLANNABLE = new Set(["SelectStmt", "InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt"]);
const PARAMETER_TOKEN = "PARAM";
const COMMENT_TOKENS = new Set(["SQL_COMMENT", "C_COMMENT"]);
const SEMICOLON = ";";

let isParserReady = false;

/**
 * Checks that a text is one plannable statement, and finds its placeholders: not those within
 * strings, comments or quoted names.
 *
 * @throws StreamGateError `SG_PG_STATEMENT_REFUSED`
 */
export async function readStatement(text: string): Promise<StatementText> {
  await loadParser();
  refuseUnlessPlannable(text);
  return cutAtPlaceholders(text);
}

async function loadParser(): Promise<void> {
  if (isParserReady) return;
  await loadModule();
  isParserReady = true;
}

function refuseUnlessPlannable(text: string): void {
  const statements = parse(text);
  if (statements.length !== 1) {
    throw statementRefused(`the text holds ${statements.length} statements, not one`);
  }
  const kind = Object.keys(statements[0]?.stmt ?? {})[0] ?? "nothing";
  if (!PLANNABLE.has(kind)) {
    throw statementRefused(`a ${kind.replace(/Stmt$/, "")} statement has no plan of its own`);
  }
}

function parse(text: string): readonly { readonly stmt?: object }[] {
  try {
    return parseSync(text).stmts ?? [];
  } catch (cause) {
    const happened = cause instanceof Error ? cause.message : String(cause);
    throw statementRefused(`the text does not parse: ${happened}`, cause);
  }
}

/** Token positions count bytes of UTF-8. Comments and the last semicolon are left out. */
function cutAtPlaceholders(text: string): StatementText {
  const bytes = Buffer.from(text, "utf8");
  const pieces: string[] = [];
  const placeholders: number[] = [];
  let piece = "";
  let position = 0;
  for (const token of scanSync(text).tokens) {
    piece += bytes.toString("utf8", position, token.start);
    position = token.end;
    if (COMMENT_TOKENS.has(token.tokenName)) {
      piece += " ";
    } else if (token.tokenName === PARAMETER_TOKEN) {
      pieces.push(piece);
      placeholders.push(Number(token.text.slice(1)));
      piece = "";
    } else if (token.text !== SEMICOLON) {
      piece += bytes.toString("utf8", token.start, token.end);
    }
  }
  pieces.push(piece + bytes.toString("utf8", position));
  return { text, pieces, placeholders };
}
