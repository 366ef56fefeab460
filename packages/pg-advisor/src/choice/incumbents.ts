import type { IndexDefinition, IndexMethod } from "../candidates/candidate.ts";
import type { IndexPortrait } from "../indexes/index-portrait.ts";
import { keyOf } from "../schema/identifiers.ts";
import type { Incumbent } from "./configuration-value.ts";
import type { ResolvedChoiceOptions } from "./options.ts";
import type { Superseded } from "./superseded-indexes.ts";
import type { WriteRates } from "./write-rates.ts";

const METHODS: readonly string[] = ["btree", "hash", "gin", "gist", "brin"];

/** The existing indexes that some candidate would make superfluous, with what they cost today. */
export function incumbentsOf(
  superseded: Superseded,
  rates: WriteRates,
  { writeMsPerRow }: ResolvedChoiceOptions,
): readonly Incumbent[] {
  const portraits = new Map(
    [...superseded.values()].flat().map((portrait) => [keyOf(portrait.index), portrait]),
  );
  return [...portraits].map(([id, portrait]) => ({
    id,
    table: keyOf(portrait.index.table),
    schema: portrait.index.schema,
    name: portrait.index.name,
    sizeBytes: portrait.index.sizeBytes,
    writeMsPerHour: rates(definitionOf(portrait)).entriesPerHour * writeMsPerRow,
  }));
}

/** As far as writers need to know it. */
function definitionOf({ index }: IndexPortrait): IndexDefinition {
  const { table, method, keys, includes, predicate } = index;
  return {
    table,
    method: isMethod(method) ? method : "btree",
    keys: keys.map((key) => ({ ...key, operatorClass: null })),
    include: includes,
    predicate,
    options: [],
  };
}

function isMethod(method: string): method is IndexMethod {
  return METHODS.includes(method);
}
