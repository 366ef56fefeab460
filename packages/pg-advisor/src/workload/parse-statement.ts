import type { Node } from "@pgsql/types";
import { fingerprintOf } from "./text/fingerprint.ts";
import { parseSql } from "./text/parser.ts";
import { repairOrKeep } from "./text/repair-text.ts";
import { walkNodes } from "./text/sql-nodes.ts";
import { explainUtility } from "./text/utility-words.ts";
import { withoutEnd } from "./text/without-end.ts";
import type { DeclinedStatement, Statement } from "./workload.ts";

/** A statement that can be advised on, with its parse tree. */
export interface ParsedStatement {
  readonly fingerprint: string;
  /** Repaired: what PostgreSQL's own parser takes. */
  readonly text: string;
  readonly kind: Statement["kind"];
  readonly parameterCount: number;
  readonly node: Node;
}

export type StatementParse =
  | { readonly outcome: "parsed"; readonly statement: ParsedStatement }
  | {
      readonly outcome: "declined";
      readonly reason: DeclinedStatement["reason"];
      readonly explanation: string;
    };

export interface ParseStatementOptions {
  /** Bytes after which the server cuts statements off (`track_activity_query_size`). @default 1024 */
  readonly cutOffBytes?: number;
}

const DEFAULTS = { cutOffBytes: 1024 } as const;

const KINDS: Readonly<Record<string, Statement["kind"]>> = {
  SelectStmt: "select",
  InsertStmt: "insert",
  UpdateStmt: "update",
  DeleteStmt: "delete",
  MergeStmt: "merge",
};

/** The comment by which StreamGate's own statements are known: first or last in the text. */
const OWN_COMMENT = /^\s*\/\*\s*streamgate\b[^*]*\*\/|\/\*\s*streamgate\b[^*]*\*\/\s*;?\s*$/i;

/** Reads one normalised text, or tells why it cannot be advised on. */
export function parseStatement(text: string, options: ParseStatementOptions = {}): StatementParse {
  if (OWN_COMMENT.test(text)) {
    return declined("StreamGate's own", "it carries StreamGate's comment");
  }
  const trimmed = withoutEnd(text);
  if (trimmed === "") return declined("does not parse", "it is empty");
  const parsed = parseSql(trimmed);
  if (parsed.outcome === "failed") return explainFailure(trimmed, parsed, options);
  const node = parsed.statements[0]?.node;
  if (node === undefined) return declined("does not parse", "it is empty");
  if (parsed.statements.length > 1) {
    return declined("does not parse", `it holds ${parsed.statements.length} statements, not one`);
  }
  const kind = kindOf(node);
  if (kind === null) return declined("utility statement", explainUtility(node));
  const repaired = repairOrKeep(trimmed, node);
  const repairedNode = repaired === trimmed ? node : (nodeOf(repaired) ?? node);
  return {
    outcome: "parsed",
    statement: {
      fingerprint: fingerprintOf(repaired, repairedNode),
      text: repaired,
      kind,
      parameterCount: highestParameter(repairedNode),
      node: repairedNode,
    },
  };
}

function explainFailure(
  text: string,
  failure: { readonly message: string; readonly isAtEnd: boolean },
  { cutOffBytes = DEFAULTS.cutOffBytes }: ParseStatementOptions,
): StatementParse {
  const bytes = Buffer.byteLength(text);
  const fillsTheLimit = bytes >= cutOffBytes - 4 && bytes <= cutOffBytes;
  if (fillsTheLimit || failure.isAtEnd) {
    const why = fillsTheLimit
      ? `its ${bytes} bytes fill track_activity_query_size (${cutOffBytes})`
      : `it ends midway: ${failure.message}`;
    return declined("text cut off", why);
  }
  return declined("does not parse", failure.message);
}

/** `SELECT … INTO` makes a table and is a utility statement at heart. */
function kindOf(node: Node): Statement["kind"] | null {
  if ("SelectStmt" in node && node.SelectStmt.intoClause !== undefined) return null;
  return KINDS[nodeName(node)] ?? null;
}

function nodeName(node: Node): string {
  return Object.keys(node)[0] ?? "";
}

/** The parse tree of a text that was read before, such as a workload statement's. */
export function nodeOf(text: string): Node | undefined {
  const parsed = parseSql(text);
  return parsed.outcome === "parsed" ? parsed.statements[0]?.node : undefined;
}

function highestParameter(node: Node): number {
  let highest = 0;
  walkNodes(node, (kind, fields) => {
    if (kind === "ParamRef") highest = Math.max(highest, Number(fields.number ?? 0));
  });
  return highest;
}

function declined(reason: DeclinedStatement["reason"], explanation: string): StatementParse {
  return { outcome: "declined", reason, explanation };
}
