import type { TypeFacts } from "../snapshot/snapshot.ts";

/** Types that share what matters to indexes: operators, operator classes and which casts are immutable. */
export type TypeFamily =
  | "text"
  | "citext"
  | "number"
  | "boolean"
  | "date"
  | "timestamp"
  | "timestamp with time zone"
  | "time"
  | "interval"
  | "uuid"
  | "bytes"
  | "enum"
  | "json"
  | "jsonb"
  | "array"
  | "range"
  | "network"
  | "geometry"
  | "text search vector"
  | "text search query"
  | "other";

export interface TypeReader {
  /** Whether a B-tree can hold it. */
  isSortable(type: string): boolean;
  family(type: string): TypeFamily;
}

/** Types without a B-tree operator class. */
const UNSORTABLE: ReadonlySet<string> = new Set(
  "json xml point box line lseg path polygon circle xid cid aclitem jsonpath txid_snapshot pg_snapshot refcursor".split(
    " ",
  ),
);

const MEMBERS: Readonly<Partial<Record<TypeFamily, string>>> = {
  text: 'text,character varying,varchar,character,bpchar,char,name,"char"',
  citext: "citext",
  number:
    "smallint,integer,bigint,int,int2,int4,int8,numeric,decimal,real,double precision,float4,float8,oid",
  boolean: "boolean,bool",
  date: "date",
  timestamp: "timestamp without time zone,timestamp",
  "timestamp with time zone": "timestamp with time zone,timestamptz",
  time: "time without time zone,time",
  interval: "interval",
  uuid: "uuid",
  bytes: "bytea",
  json: "json",
  jsonb: "jsonb",
  range:
    "int4range,int8range,numrange,tsrange,tstzrange,daterange,int4multirange,int8multirange,nummultirange,tsmultirange,tstzmultirange,datemultirange",
  network: "inet,cidr",
  geometry: "point,box,polygon,circle",
  "text search vector": "tsvector",
  "text search query": "tsquery",
};
const FAMILY_OF: ReadonlyMap<string, TypeFamily> = new Map(
  (Object.entries(MEMBERS) as [TypeFamily, string][]).flatMap(([family, names]) =>
    names.split(",").map((name) => [name, family] as const),
  ),
);

/** Reads type names as format_type writes them, below domains. */
export function createTypeFacts(types: readonly TypeFacts[]): TypeReader {
  const own = new Map(
    types.flatMap((type) => [
      [type.name, type],
      [`${type.schema}.${type.name}`, type],
    ]),
  );
  const factsOf = (type: string): TypeFacts | undefined => own.get(type.replaceAll('"', ""));
  const isSortable = (type: string): boolean => {
    const plain = plainType(type);
    const facts = factsOf(plain);
    if (facts?.kind === "composite") return false;
    if (facts?.kind === "domain") return isSortable(baseOfDomain(facts.definition));
    return !UNSORTABLE.has(plain);
  };
  const family = (type: string): TypeFamily => {
    if (type.endsWith("[]")) return "array";
    const plain = plainType(type);
    const facts = factsOf(plain);
    if (facts?.kind === "domain") return family(baseOfDomain(facts.definition));
    if (facts?.kind === "enum") return "enum";
    if (facts?.kind === "range") return "range";
    return FAMILY_OF.get(plain) ?? FAMILY_OF.get(plain.replace(/^.*\./, "")) ?? "other";
  };
  return { isSortable, family };
}

/** `character varying(20)[]` → `character varying`: an array sorts where its elements do. */
function plainType(type: string): string {
  return type
    .replace(/\[\]$/, "")
    .replace(/\s*\([^)]*\)/, "")
    .replace(/^pg_catalog\./, "");
}

/** Up to the first clause of a domain's own: its collation, default or constraint. */
function baseOfDomain(definition: string): string {
  const said = /\bAS\s+(.+)$/is.exec(definition)?.[1] ?? "";
  return said
    .replace(/\s+(?:COLLATE|DEFAULT|NOT NULL|NULL|CONSTRAINT|CHECK)\b.*$/is, "")
    .replace(/;\s*$/, "")
    .trim();
}
