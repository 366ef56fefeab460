import { type Token, tokensOf } from "../statements/tokens.ts";
import { type Key, keysAsParameters, type LookUp } from "./keys-as-parameters.ts";
import {
  columnEqualTo,
  isAggregate,
  isArgument,
  isLocking,
  isPlain,
  type ParsedSelect,
  parseSelect,
  shows,
} from "./parse-select.ts";

/** A statement that looks all keys up at once, or why there is none. */
export type Batch =
  | {
      readonly kind: "batched";
      readonly sql: string;
      /** What its parameters are, and how its rows find to whom they belong. */
      readonly note: string;
    }
  | { readonly kind: "declined"; readonly reason: string };

/**
 * Writes the statement that looks up all keys at once. A plain look-up by one column becomes `= any($1)`, with the column in its result; one
 * with LIMIT, several keys or a grouping runs for each key by LATERAL, which gives what the calls gave. libpg-query (the parser of
 * PostgreSQL 18) reads what goes in and checks what comes out.
 */
export async function writeBatch(lookUp: LookUp): Promise<Batch> {
  const prepared = keysAsParameters(lookUp);
  if (prepared === undefined || prepared.keys.length === 0) {
    return declined("no place was found that could take an array of keys");
  }
  return writeForKeys(prepared);
}

/**
 * The same for a look-up whose changing values are parameters already, such as pg_stat_statements keeps it.
 *
 * @param keys which of its parameters change from call to call, and their types
 * @example
 * ```ts
 * import { writeForKeys } from "@streamgate/postgres";
 *
 * const keys = [{ parameter: 1, type: "bigint", isList: false }];
 * const batch = await writeForKeys({ sql: "select name from users where id = $1", keys });
 * console.log(batch.kind === "batched" ? batch.sql : batch.reason);
 * ```
 */
export async function writeForKeys({
  sql,
  keys,
}: {
  readonly sql: string;
  readonly keys: readonly Key[];
}): Promise<Batch> {
  const parsed = await parseSelect(sql);
  if (parsed === undefined) return declined("it is not one SELECT that PostgreSQL 18 can read");
  if (isLocking(parsed)) return declined("it locks rows, and their order may matter");
  if (keys.some(({ parameter, type }) => type === "bigint" && isArgument(parsed, parameter))) {
    return declined("a function takes the key, and its width cannot be told from here");
  }
  const written = writeAny(sql, keys, parsed) ?? writeLateral(sql, keys);
  if (written === undefined) return declined("each call gives a list, and more than that changes");
  if ((await parseSelect(written.sql)) === undefined) {
    return declined("what was written could not be read again");
  }
  return { kind: "batched", ...written };
}

function declined(reason: string): Batch {
  return { kind: "declined", reason };
}

interface Written {
  readonly sql: string;
  readonly note: string;
}

/** `where id = $1` → `where id = any($1)`. */
function writeAny(
  sql: string,
  [key, ...others]: readonly Key[],
  parsed: ParsedSelect,
): Written | undefined {
  if (key === undefined || others.length > 0 || !isPlain(parsed)) return undefined;
  const column = columnEqualTo(parsed, key.parameter);
  const tokens = tokensOf(sql);
  const [use, ...moreUses] = tokens.filter((token) => isUseOf(token, key));
  const select = tokens.find(({ kind, text }) => kind === "word" && text === "select");
  const isCounted = isAggregate(parsed);
  if (column === undefined || use === undefined || select === undefined) return undefined;
  if (moreUses.length > 0 || (isCounted && parsed.fields.sortClause !== undefined))
    return undefined;
  const name = column.map((part) => asWritten(part, tokens)).join(".");
  const end = endOfCast(tokens, use);
  const cast = sql.slice(use.end, end);
  const array = key.isList ? use.text + cast : `any(${use.text}${cast === "" ? "" : `${cast}[]`})`;
  const shown = isCounted || !shows(parsed, column) ? ` ${name},` : "";
  const body = `${shown}${sql.slice(select.end, use.start)}${array}${withoutEnd(sql.slice(end))}`;
  return {
    sql: `${sql.slice(0, select.end)}${body}${isCounted ? ` group by ${name}` : ""}`,
    note: `$${key.parameter} is the array of ${key.isList ? "the values of all lists" : "all keys"}; rows find their callers by ${name}${isCounted ? ", and a key without a row counts as nothing" : ""}`,
  };
}

/** The statement as it is, once for each row of keys. */
function writeLateral(sql: string, keys: readonly Key[]): Written | undefined {
  if (keys.some(({ isList }) => isList)) return undefined;
  let text = "";
  let at = 0;
  for (const token of tokensOf(sql)) {
    const index = keys.findIndex((key) => isUseOf(token, key));
    if (index === -1) continue;
    text += `${sql.slice(at, token.start)}batch.key_${index + 1}`;
    at = token.end;
  }
  text += withoutEnd(sql.slice(at));
  const names = keys.map((_, index) => `key_${index + 1}`);
  const arrays = keys.map(({ parameter, type }) => `$${parameter}::${type}[]`).join(", ");
  return {
    sql: `select batch.*, found.* from unnest(${arrays}) as batch (${names.join(", ")}) cross join lateral (${text}) as found`,
    note: `${keys.map(({ parameter }) => `$${parameter}`).join(" and ")}: an array each, of the keys of all calls; rows find their callers by ${names.join(" and ")}`,
  };
}

function isUseOf({ kind, text }: Token, { parameter }: Key): boolean {
  return kind === "parameter" && text === `$${parameter}`;
}

/** Behind `$1::uuid`. */
function endOfCast(tokens: readonly Token[], use: Token): number {
  const index = tokens.indexOf(use);
  const type = tokens[index + 2];
  return tokens[index + 1]?.text === "::" && type !== undefined ? type.end : use.end;
}

function withoutEnd(sql: string): string {
  let text = sql.trimEnd();
  while (text.endsWith(";")) text = text.slice(0, -1).trimEnd();
  return text;
}

/** Quoted where the statement quotes it, as it may be a reserved word. */
function asWritten(name: string, tokens: readonly Token[]): string {
  const quoted = `"${name.replaceAll('"', '""')}"`;
  return tokens.some(({ text }) => text === quoted) ? quoted : name;
}
