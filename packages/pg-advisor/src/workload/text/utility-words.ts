import type { Node } from "@pgsql/types";

/** Commands whose SQL words are not those of their parse node's name. */
const WORDS: Readonly<Record<string, string>> = {
  AlterObjectSchemaStmt: "ALTER … SET SCHEMA",
  AlterTableStmt: "ALTER TABLE",
  CallStmt: "CALL",
  CheckPointStmt: "CHECKPOINT",
  ClosePortalStmt: "CLOSE",
  ClusterStmt: "CLUSTER",
  CommentStmt: "COMMENT",
  ConstraintsSetStmt: "SET CONSTRAINTS",
  CopyStmt: "COPY",
  CreateFunctionStmt: "CREATE FUNCTION",
  CreateSchemaStmt: "CREATE SCHEMA",
  CreateSeqStmt: "CREATE SEQUENCE",
  CreateStmt: "CREATE TABLE",
  CreateTrigStmt: "CREATE TRIGGER",
  CreatedbStmt: "CREATE DATABASE",
  DeallocateStmt: "DEALLOCATE",
  DeclareCursorStmt: "DECLARE CURSOR",
  DiscardStmt: "DISCARD",
  DoStmt: "DO",
  DropStmt: "DROP",
  DropdbStmt: "DROP DATABASE",
  ExecuteStmt: "EXECUTE",
  ExplainStmt: "EXPLAIN",
  GrantRoleStmt: "GRANT",
  GrantStmt: "GRANT or REVOKE",
  IndexStmt: "CREATE INDEX",
  ListenStmt: "LISTEN",
  LockStmt: "LOCK",
  NotifyStmt: "NOTIFY",
  PrepareStmt: "PREPARE",
  RefreshMatViewStmt: "REFRESH MATERIALIZED VIEW",
  ReindexStmt: "REINDEX",
  RenameStmt: "ALTER … RENAME",
  TruncateStmt: "TRUNCATE",
  UnlistenStmt: "UNLISTEN",
  VariableSetStmt: "SET",
  VariableShowStmt: "SHOW",
  ViewStmt: "CREATE VIEW",
};
const TRANSACTION_WORDS: Readonly<Record<string, string>> = {
  TRANS_STMT_START: "START TRANSACTION",
  TRANS_STMT_ROLLBACK_TO: "ROLLBACK TO",
};

/** Why a statement that is none of the five that have plans of their own is not advised on. */
export function explainUtility(node: Node): string {
  const words = wordsOf(node);
  return holdsQuery(node)
    ? `the query inside ${words} is not analysed yet`
    : `${words} has no plan to improve`;
}

function wordsOf(node: Node): string {
  if ("SelectStmt" in node) return "SELECT INTO";
  if ("CreateTableAsStmt" in node) {
    const isView = node.CreateTableAsStmt.objtype === "OBJECT_MATVIEW";
    return isView ? "CREATE MATERIALIZED VIEW" : "CREATE TABLE AS";
  }
  if ("TransactionStmt" in node) {
    const kind = node.TransactionStmt.kind ?? "";
    return TRANSACTION_WORDS[kind] ?? spelledOut(kind.replace("TRANS_STMT_", ""));
  }
  if ("VacuumStmt" in node) return node.VacuumStmt.is_vacuumcmd === true ? "VACUUM" : "ANALYZE";
  if ("FetchStmt" in node) return node.FetchStmt.ismove === true ? "MOVE" : "FETCH";
  const name = Object.keys(node)[0] ?? "";
  return WORDS[name] ?? spelledOut(name.replace(/Stmt$/, "").replace(/(?<=[a-z])(?=[A-Z])/g, " "));
}

function holdsQuery(node: Node): boolean {
  if ("CopyStmt" in node) return node.CopyStmt.query !== undefined;
  return (
    "SelectStmt" in node ||
    "DeclareCursorStmt" in node ||
    "PrepareStmt" in node ||
    "CreateTableAsStmt" in node ||
    "RefreshMatViewStmt" in node ||
    "ExplainStmt" in node
  );
}

function spelledOut(name: string): string {
  return name.replaceAll("_", " ").toUpperCase();
}
