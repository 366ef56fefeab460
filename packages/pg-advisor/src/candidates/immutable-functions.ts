import type { TypeFamily } from "./type-family.ts";

/** A function whose result depends on its arguments alone, whatever the session's settings. */
export interface ImmutableFunction {
  /** What the arguments may be, by position; the last goes for all further ones. */
  readonly takes: readonly (readonly TypeFamily[])[];
  readonly atLeast: number;
  readonly gives: TypeFamily;
}

const TEXT: readonly TypeFamily[] = ["text"];
const NUMBER: readonly TypeFamily[] = ["number"];
const BYTES: readonly TypeFamily[] = ["bytes"];
const JSON_DOCUMENT: readonly TypeFamily[] = ["json"];
const JSONB: readonly TypeFamily[] = ["jsonb"];
const ARRAY: readonly TypeFamily[] = ["array"];
const NETWORK: readonly TypeFamily[] = ["network"];
/** Not `timestamp with time zone`: its parts depend on the session's time zone. */
const WITHOUT_ZONE: readonly TypeFamily[] = ["timestamp", "date", "time", "interval"];

/**
 * Functions of pg_catalog that are immutable for the arguments named here: a part of what `pg_proc.provolatile` says (manual, 36.7), kept
 * so that no server need be asked. One that is missing is refused, which costs a candidate; one too many would be a wrong index.
 */
export const IMMUTABLE_FUNCTIONS: ReadonlyMap<string, readonly ImmutableFunction[]> = collect([
  ["lower upper initcap reverse md5", [TEXT], 1, "text"],
  ["btrim ltrim rtrim", [TEXT, TEXT], 1, "text"],
  ["substr substring", [TEXT, NUMBER, NUMBER], 2, "text"],
  ["left right repeat", [TEXT, NUMBER], 2, "text"],
  ["lpad rpad", [TEXT, NUMBER, TEXT], 2, "text"],
  ["replace translate", [TEXT, TEXT, TEXT], 3, "text"],
  ["regexp_replace", [TEXT, TEXT, TEXT, TEXT], 3, "text"],
  ["split_part", [TEXT, TEXT, NUMBER], 3, "text"],
  ["chr", [NUMBER], 1, "text"],
  ["length char_length character_length octet_length bit_length ascii", [TEXT], 1, "number"],
  ["strpos", [TEXT, TEXT], 2, "number"],
  ["starts_with", [TEXT, TEXT], 2, "boolean"],
  ["length octet_length", [BYTES], 1, "number"],
  ["md5", [BYTES], 1, "text"],
  ["sha224 sha256 sha384 sha512", [BYTES], 1, "bytes"],
  ["encode", [BYTES, TEXT], 2, "text"],
  ["decode", [TEXT, TEXT], 2, "bytes"],
  ["abs ceil ceiling floor sqrt exp ln sign", [NUMBER], 1, "number"],
  ["round trunc log", [NUMBER, NUMBER], 1, "number"],
  ["power pow mod div", [NUMBER, NUMBER], 2, "number"],
  ["date", [["timestamp"]], 1, "date"],
  ["date_trunc", [TEXT, ["timestamp"]], 2, "timestamp"],
  ["date_trunc", [TEXT, ["interval"]], 2, "interval"],
  ["date_part extract", [TEXT, WITHOUT_ZONE], 2, "number"],
  ["timezone", [TEXT, ["timestamp with time zone"]], 2, "timestamp"],
  ["timezone", [TEXT, ["timestamp"]], 2, "timestamp with time zone"],
  ["to_timestamp", [NUMBER], 1, "timestamp with time zone"],
  ["make_date", [NUMBER, NUMBER, NUMBER], 3, "date"],
  ["jsonb_extract_path_text", [JSONB, TEXT], 2, "text"],
  ["json_extract_path_text", [JSON_DOCUMENT, TEXT], 2, "text"],
  ["jsonb_extract_path", [JSONB, TEXT], 2, "jsonb"],
  ["jsonb_array_length", [JSONB], 1, "number"],
  ["json_array_length", [JSON_DOCUMENT], 1, "number"],
  ["jsonb_typeof", [JSONB], 1, "text"],
  ["json_typeof", [JSON_DOCUMENT], 1, "text"],
  ["cardinality", [ARRAY], 1, "number"],
  ["array_length array_lower array_upper", [ARRAY, NUMBER], 2, "number"],
  ["to_tsvector", [TEXT, ["text", "json", "jsonb"]], 2, "text search vector"],
  ["strip", [["text search vector"]], 1, "text search vector"],
  ["setweight", [["text search vector"], TEXT], 2, "text search vector"],
  ["host", [NETWORK], 1, "text"],
  ["family masklen", [NETWORK], 1, "number"],
]);

/** By extension: immutable for these arguments in every version that PostgreSQL 14 to 18 carry. */
export const FUNCTIONS_OF_EXTENSIONS: ReadonlyMap<
  string,
  ReadonlyMap<string, readonly ImmutableFunction[]>
> = new Map([
  [
    "pg_trgm",
    collect([["similarity word_similarity strict_word_similarity", [TEXT, TEXT], 2, "number"]]),
  ],
  ["pgcrypto", collect([["digest", [["text", "bytes"], TEXT], 2, "bytes"]])],
  [
    "fuzzystrmatch",
    collect([
      ["soundex dmetaphone dmetaphone_alt", [TEXT], 1, "text"],
      ["levenshtein", [TEXT, TEXT], 2, "number"],
    ]),
  ],
]);

function collect(
  rows: readonly (readonly [
    names: string,
    takes: ImmutableFunction["takes"],
    atLeast: number,
    gives: TypeFamily,
  ])[],
): ReadonlyMap<string, readonly ImmutableFunction[]> {
  const byName = new Map<string, ImmutableFunction[]>();
  for (const [names, takes, atLeast, gives] of rows) {
    for (const name of names.split(" ")) {
      byName.set(name, [...(byName.get(name) ?? []), { takes, atLeast, gives }]);
    }
  }
  return byName;
}
