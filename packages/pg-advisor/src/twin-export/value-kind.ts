/** How a value is replaced; `keep` is told as it is, `drop` is left out with all that is known of such values. */
export type ValueKind =
  | "text"
  | "number"
  | "time"
  | "uuid"
  | "range"
  | "array"
  | "pairs"
  | "keep"
  | "drop"
  | "unknown";

const NUMBERS =
  /^(?:smallint|integer|bigint|int[248]?|numeric|decimal|real|double precision|float[48]?|money|oid)\b/;
const TEXTS = /^(?:text|character|varchar|char|bpchar|name|"char"|citext)\b/;
const TIMES = /^(?:date|timestamp)\b/;
const RANGES = /^(?:int4range|int8range|numrange|tsrange|tstzrange|daterange)\b/;
const TOLD = /^(?:boolean|bool|interval|time|regconfig|regdictionary|bit|"bit"|varbit)\b/;
const DROPPED =
  /^(?:json|jsonb|bytea|xml|inet|cidr|macaddr8?|point|box|path|polygon|circle|line|lseg|tsvector|tsquery|hstore|ltree|record)\b/;

/** @param type as format_type writes it, or as it stands behind `::`; a name of the user's own is `unknown` */
export function kindOfType(type: string): ValueKind {
  const name = type.toLowerCase().replace(/^(?:"[^"]*"|\w+)\./, "");
  if (/\]$/.test(name)) return "array";
  if (RANGES.test(name)) return "range";
  if (NUMBERS.test(name)) return "number";
  if (TEXTS.test(name)) return "text";
  if (TIMES.test(name)) return "time";
  if (name === "uuid") return "uuid";
  if (TOLD.test(name)) return "keep";
  return DROPPED.test(name) ? "drop" : "unknown";
}

const NUMBER = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i;
const TIME = /^\d{4,}-\d\d-\d\d(?:[ T]\d\d:\d\d.*|Z|[+-]\d\d(?::?\d\d)?)?(?: BC)?$/;
const PAIRS = /^\s*(?:"[^"]*"|[^\s"=,]+)\s*=>/;
const UUID = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const RANGE = /^(?:empty|[[(].*,.*[\])])$/s;

/** What a value without a type looks like. */
export function kindOfValue(value: string): ValueKind {
  if (NUMBER.test(value)) return "number";
  if (TIME.test(value)) return "time";
  if (UUID.test(value)) return "uuid";
  if (RANGE.test(value)) return "range";
  if (PAIRS.test(value)) return "pairs";
  return /^\{.*\}$/s.test(value) ? "array" : "text";
}
