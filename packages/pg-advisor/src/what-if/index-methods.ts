import type { IndexMethod } from "../candidates/candidate.ts";
import type { TypeFamily } from "../candidates/type-family.ts";
import type { ExtensionFacts } from "../snapshot/snapshot.ts";

/** What an access method can do, as far as somebody may ask for it by hand (manual, 11.2 and CREATE INDEX). */
export interface MethodFacts {
  readonly hasOrder: boolean;
  readonly canInclude: boolean;
  readonly keysAtMost: number;
  /** Families that it holds without an operator class being named; null for every one with an order. */
  readonly families: readonly TypeFamily[] | null;
  readonly operatorClasses: RegExp;
  /** The extension that lets it hold the other types with an order. */
  readonly companion: string | null;
  /** Storage options with the form of their values. */
  readonly options: Readonly<Record<string, RegExp>>;
}

const KEYS_AT_MOST = 32;
const SWITCH = /^(?:on|off|true|false)$/i;
/** 10 to 100. */
const FILL_FACTOR = /^(?:[1-9]\d|100)$/;
const COUNT = /^[1-9]\d{0,5}$/;
const PLAIN_CLASS =
  /^(?:bool|bpchar|bytea|date|enum|float[48]|int[248]|interval|name|numeric|oid|text|time|timestamp|timestamptz|timetz|uuid|varchar|inet|macaddr|jsonb|array|range|multirange)_ops$/;

export const INDEX_METHODS: Readonly<Record<IndexMethod, MethodFacts>> = {
  btree: {
    hasOrder: true,
    canInclude: true,
    keysAtMost: KEYS_AT_MOST,
    families: null,
    operatorClasses: new RegExp(`${PLAIN_CLASS.source}|^(?:text|varchar|bpchar)_pattern_ops$`),
    companion: null,
    options: { fillfactor: FILL_FACTOR, deduplicate_items: SWITCH },
  },
  hash: {
    hasOrder: false,
    canInclude: false,
    keysAtMost: 1,
    families: null,
    operatorClasses: PLAIN_CLASS,
    companion: null,
    options: { fillfactor: FILL_FACTOR },
  },
  gin: {
    hasOrder: false,
    canInclude: false,
    keysAtMost: KEYS_AT_MOST,
    families: ["jsonb", "array", "text search vector"],
    operatorClasses: /^(?:jsonb|jsonb_path|array|tsvector)_ops$/,
    companion: "btree_gin",
    options: { fastupdate: SWITCH, gin_pending_list_limit: COUNT },
  },
  gist: {
    hasOrder: false,
    canInclude: true,
    keysAtMost: KEYS_AT_MOST,
    families: ["range", "geometry", "text search vector", "text search query"],
    operatorClasses: /^(?:inet|range|multirange|point|box|circle|poly|tsvector|tsquery)_ops$/,
    companion: "btree_gist",
    options: { fillfactor: FILL_FACTOR, buffering: /^(?:on|off|auto)$/i },
  },
  brin: {
    hasOrder: false,
    canInclude: false,
    keysAtMost: KEYS_AT_MOST,
    families: null,
    operatorClasses: /^[a-z0-9]+_(?:minmax|minmax_multi|bloom|inclusion)_ops$/,
    companion: null,
    options: { pages_per_range: COUNT, autosummarize: SWITCH },
  },
};

/** By extension: the operator classes that it adds, as `method name`. */
const CLASSES_OF_EXTENSIONS: Readonly<Record<string, readonly string[]>> = {
  pg_trgm: ["gin gin_trgm_ops", "gist gist_trgm_ops"],
  hstore: ["gin gin_hstore_ops", "gist gist_hstore_ops"],
  intarray: ["gin gin__int_ops", "gist gist__int_ops", "gist gist__intbig_ops"],
  ltree: ["gist gist_ltree_ops"],
};

/** The method of a name that a person wrote; null for one that cannot be imagined. */
export function methodOf(name: string | undefined): IndexMethod | null {
  const method = name ?? "btree";
  return isMethod(method) ? method : null;
}

function isMethod(name: string): name is IndexMethod {
  return Object.hasOwn(INDEX_METHODS, name);
}

/** Whether the watched database has an operator class: of pg_catalog, or of an extension that is installed. */
export function hasOperatorClass(
  method: IndexMethod,
  names: readonly string[],
  extensions: readonly ExtensionFacts[],
): boolean {
  const name = names.at(-1) ?? "";
  const schema = names.at(-2);
  if (schema === undefined || schema === "pg_catalog") {
    if (INDEX_METHODS[method].operatorClasses.test(name)) return true;
  }
  return extensions.some(
    (extension) =>
      (schema === undefined || schema === extension.schema) &&
      (CLASSES_OF_EXTENSIONS[extension.name] ?? []).includes(`${method} ${name}`),
  );
}
