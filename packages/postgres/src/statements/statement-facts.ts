import type { Token } from "./tokens.ts";

/** What a statement does to the transaction that it runs in. */
type TransactionStep = "begin" | "end" | "none";

/** What the text of a statement tells, without a catalogue. */
export interface StatementFacts {
  /** Reads rows and changes nothing: no write in a CTE, no lock on rows. */
  readonly isRead: boolean;
  /** Changes rows or objects. */
  readonly isWrite: boolean;
  /** CREATE, ALTER, DROP and their kin, but for temporary objects. */
  readonly isDefinition: boolean;
  readonly transactionStep: TransactionStep;
  /** Ended by ROLLBACK. */
  readonly isRollback: boolean;
  /** Reads from something: a table, a view, a function. */
  readonly hasFrom: boolean;
  /** Tables by name, as they stand in FROM, JOIN, INTO and UPDATE. */
  readonly tables: readonly string[];
  /** Asks the catalogue alone: pg_catalog, information_schema. */
  readonly isAboutCatalogue: boolean;
  readonly hasLimit: boolean;
  /** Gives one row whatever the tables hold: aggregates without GROUP BY, EXISTS. */
  readonly isOneRow: boolean;
  /** `select *`, `select t.*`. */
  readonly hasStar: boolean;
  /** Calls what may give another answer every time, or does something: now() is none, as it stands still in a transaction. */
  readonly isVolatile: boolean;
}

const WRITING = new Set(["insert", "update", "delete", "merge", "truncate", "copy"]);
const DEFINING = new Set(["create", "alter", "drop", "comment", "grant", "revoke", "reindex"]);
const BEFORE_TABLES = new Set(["from", "join", "into", "update", "using", "table"]);
const AGGREGATES =
  /^(?:count|sum|avg|min|max|bool_and|bool_or|every|array_agg|json_agg|jsonb_agg|json_object_agg|jsonb_object_agg|string_agg|exists)$/;
const VOLATILE =
  /^(?:random|nextval|setval|currval|lastval|clock_timestamp|gen_random_uuid|uuid_generate_v\d\w*|uuidv[47]|pg_sleep\w*|pg_(?:try_)?advisory_\w+|pg_notify|set_config|timeofday|pg_backend_pid|txid_current|pg_current_\w+|pg_last_\w+|pg_is_in_recovery|pg_stat_\w+)$/;
const CATALOGUE = /^"?(?:pg_\w+|information_schema)"?(?:\.|$)/;
const NOT_TABLES = new Set(["select", "lateral", "only", "unnest", "generate_series", "values"]);

/** @param tokens of a statement, or of its normalised text */
export function readFacts(tokens: readonly Token[]): StatementFacts {
  const first = wordAt(tokens, firstWord(tokens));
  const isQuery = first === "select" || first === "with" || first === "values" || first === "table";
  const writes = tokens.some((token, index) => isWriteAt(tokens, token, index));
  const isLocking = tokens.some((_, index) => isLockAt(tokens, index));
  const tables = tablesOf(tokens);
  const isDefinition = DEFINING.has(first) && !/^temp(?:orary)?$/.test(wordAt(tokens, 1));
  return {
    isRead: isQuery && !writes && !isLocking,
    isWrite: writes || WRITING.has(first) || DEFINING.has(first),
    isDefinition,
    transactionStep: stepOf(tokens, first),
    isRollback: first === "rollback" || first === "abort",
    hasFrom: tokens.some((_, index) => wordAt(tokens, index) === "from"),
    tables,
    isAboutCatalogue: tables.length > 0 && tables.every((table) => CATALOGUE.test(table)),
    hasLimit: hasOuterLimit(tokens),
    isOneRow: isOneRow(tokens),
    hasStar: hasStar(tokens),
    isVolatile: tokens.some(
      (token, index) =>
        token.kind === "word" && VOLATILE.test(token.text) && tokens[index + 1]?.text === "(",
    ),
  };
}

function firstWord(tokens: readonly Token[]): number {
  return Math.max(
    0,
    tokens.findIndex(({ kind }) => kind === "word"),
  );
}

function wordAt(tokens: readonly Token[], index: number): string {
  const token = tokens[index];
  return token?.kind === "word" ? token.text : "";
}

/** `insert` in a CTE writes; the `update` of `for update` only locks, and a column may be called so. */
function isWriteAt(tokens: readonly Token[], token: Token, index: number): boolean {
  if (token.kind !== "word" || !/^(?:insert|update|delete|merge)$/.test(token.text)) return false;
  const before = tokens[index - 1];
  return before === undefined || before.text === "(" || before.text === ";" || before.text === ")";
}

function isLockAt(tokens: readonly Token[], index: number): boolean {
  if (wordAt(tokens, index) !== "for") return false;
  const next = wordAt(tokens, index + 1);
  return next === "update" || next === "share" || next === "no" || next === "key";
}

function stepOf(tokens: readonly Token[], first: string): TransactionStep {
  if (first === "begin" || (first === "start" && wordAt(tokens, 1) === "transaction")) {
    return "begin";
  }
  const isToSavepoint = tokens.some(({ kind, text }) => kind === "word" && text === "to");
  if (first === "commit" || first === "end" || first === "abort") return "end";
  return first === "rollback" && !isToSavepoint ? "end" : "none";
}

function tablesOf(tokens: readonly Token[]): readonly string[] {
  const named = new Set<string>();
  const ctes = commonTablesOf(tokens);
  for (let index = 0; index < tokens.length; index += 1) {
    if (!BEFORE_TABLES.has(wordAt(tokens, index))) continue;
    for (let at = index + 1; at < tokens.length; ) {
      const [table, next] = nameFrom(tokens, at);
      if (table === "") break;
      if (!ctes.has(table)) named.add(table);
      at = skipAlias(tokens, next);
      if (tokens[at]?.text !== ",") break;
      at += 1;
    }
  }
  return [...named];
}

/** Names of WITH are no tables: `name as (`, `name as materialized (`. */
function commonTablesOf(tokens: readonly Token[]): ReadonlySet<string> {
  if (!tokens.some((_, index) => wordAt(tokens, index) === "with")) return new Set();
  return new Set(
    tokens.flatMap(({ kind, text }, index) =>
      (kind === "word" || kind === "name") &&
      wordAt(tokens, index + 1) === "as" &&
      (tokens[index + 2]?.text === "(" || /^(?:not|materialized)$/.test(wordAt(tokens, index + 2)))
        ? [text]
        : [],
    ),
  );
}

function nameFrom(tokens: readonly Token[], from: number): readonly [name: string, next: number] {
  let at = from;
  if (wordAt(tokens, at) === "only") at += 1;
  const token = tokens[at];
  if (token === undefined || (token.kind !== "word" && token.kind !== "name")) return ["", at];
  if (NOT_TABLES.has(token.text)) return ["", at];
  let name = token.text;
  at += 1;
  while (tokens[at]?.text === "." && tokens[at + 1] !== undefined) {
    name += `.${tokens[at + 1]?.text ?? ""}`;
    at += 2;
  }
  // A function in FROM is no table.
  return tokens[at]?.text === "(" && wordAt(tokens, from - 1) !== "into" ? ["", at] : [name, at];
}

function skipAlias(tokens: readonly Token[], from: number): number {
  let at = from;
  if (wordAt(tokens, at) === "as") at += 1;
  const token = tokens[at];
  const isAlias =
    token?.kind === "name" || (token?.kind === "word" && tokens[at + 1]?.text === ",");
  return isAlias ? at + 1 : at;
}

/** LIMIT or FETCH FIRST of the whole statement, not of a subquery. */
function hasOuterLimit(tokens: readonly Token[]): boolean {
  let depth = 0;
  return tokens.some((token, index) => {
    if (token.text === "(") depth += 1;
    if (token.text === ")") depth -= 1;
    const word = wordAt(tokens, index);
    return depth === 0 && (word === "limit" || (word === "fetch" && index > 0));
  });
}

function isOneRow(tokens: readonly Token[]): boolean {
  const select = tokens.findIndex((_, index) => wordAt(tokens, index) === "select");
  const function_ = wordAt(tokens, select + 1);
  const isGrouped = tokens.some(
    (_, index) => wordAt(tokens, index) === "group" && wordAt(tokens, index + 1) === "by",
  );
  const isWindow = tokens.some((_, index) => wordAt(tokens, index) === "over");
  return AGGREGATES.test(function_) && tokens[select + 2]?.text === "(" && !isGrouped && !isWindow;
}

function hasStar(tokens: readonly Token[]): boolean {
  let depth = 0;
  let isInSelectList = false;
  return tokens.some((token, index) => {
    if (token.text === "(") depth += 1;
    if (token.text === ")") depth -= 1;
    if (depth > 0) return false;
    const word = wordAt(tokens, index);
    if (word === "select") isInSelectList = true;
    if (word === "from") isInSelectList = false;
    if (!isInSelectList || token.text !== "*") return false;
    const before = tokens[index - 1]?.text ?? "";
    return before === "select" || before === "," || before === "." || before === "distinct";
  });
}
