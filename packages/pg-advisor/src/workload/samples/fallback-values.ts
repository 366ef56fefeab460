import type { Snapshot } from "../../snapshot/snapshot.ts";

const BY_TYPE: Readonly<Record<string, string>> = {
  smallint: "1",
  integer: "1",
  bigint: "1",
  numeric: "1",
  real: "1",
  "double precision": "1",
  money: "1",
  oid: "1",
  text: "a",
  "character varying": "a",
  character: "a",
  '"char"': "a",
  name: "a",
  citext: "a",
  boolean: "true",
  uuid: "00000000-0000-4000-8000-000000000001",
  interval: "1 day",
  "time without time zone": "12:00:00",
  "time with time zone": "12:00:00+00",
  json: "{}",
  jsonb: "{}",
  jsonpath: "$",
  xml: "<a/>",
  bytea: "\\x00",
  inet: "127.0.0.1",
  cidr: "127.0.0.0/8",
  macaddr: "08:00:2b:01:02:03",
  bit: "1",
  "bit varying": "1",
  tsquery: "'a'",
  tsvector: "'a'",
  point: "(0,0)",
  box: "(1,1),(0,0)",
};
const INSTANTS: ReadonlySet<string> = new Set([
  "timestamp without time zone",
  "timestamp with time zone",
  "date",
]);
const A_WEEK_MS = 7 * 24 * 3_600_000;

/** A harmless value of a type, for a parameter of which nothing else is known; null where none comes to mind. */
export function fallbackValue(
  type: string,
  snapshot: Snapshot,
  isLowerBound = false,
): string | null {
  if (type.endsWith("[]")) return "{}";
  const plain = type.replace(/\s*\([^)]*\)/, "");
  if (INSTANTS.has(plain)) {
    const instant = Date.parse(snapshot.takenAt) - (isLowerBound ? A_WEEK_MS : 0);
    const text = new Date(instant).toISOString();
    return plain === "date" ? text.slice(0, 10) : text;
  }
  return BY_TYPE[plain] ?? valueOfUserType(plain, snapshot, isLowerBound);
}

/** The first label of an enum; a value of the type below a domain. */
function valueOfUserType(type: string, snapshot: Snapshot, isLowerBound: boolean): string | null {
  const facts = snapshot.types.find(
    ({ schema, name }) => unquoted(type) === name || unquoted(type) === `${schema}.${name}`,
  );
  if (facts?.kind === "enum")
    return /'((?:[^']|'')*)'/.exec(facts.definition)?.[1]?.replaceAll("''", "'") ?? null;
  const base =
    facts?.kind === "domain"
      ? /\bAS\s+([a-z][a-z ]*[a-z])/i.exec(facts.definition)?.[1]
      : undefined;
  if (base === undefined) return null;
  const known = Object.keys(BY_TYPE)
    .concat(...INSTANTS)
    .find((name) => base.toLowerCase().startsWith(name));
  return known === undefined ? null : fallbackValue(known, snapshot, isLowerBound);
}

function unquoted(type: string): string {
  return type.replaceAll('"', "");
}
