import type { IndexDefinition, IndexKey } from "../candidates/candidate.ts";
import { definitionBody, hashOf } from "../candidates/definition-sql.ts";
import { keyOf } from "../schema/identifiers.ts";
import type { RelationName, Snapshot } from "../snapshot/snapshot.ts";

const LONGEST_NAME_BYTES = 63;
const SHORT_HASH = 6;
const LONG_HASH = 12;

/**
 * `sg_content_user_id_status_4f2a9c`: the same name on every run, so that an index left invalid by a
 * broken build is found again. The hash of the definition keeps it apart from every other.
 */
export function indexNameFor(
  definition: IndexDefinition,
  table: RelationName,
  snapshot: Snapshot,
): string {
  const identity = `${keyOf(table)} ${definitionBody(definition)}`;
  const name = compose(definition, table, hashOf(identity, SHORT_HASH));
  return isTaken(name, table, snapshot)
    ? compose(definition, table, hashOf(identity, LONG_HASH))
    : name;
}

function compose({ keys }: IndexDefinition, { name }: RelationName, hash: string): string {
  const words = ["sg", name, ...keys.map(wordOf)].join("_");
  return `${cutToBytes(words, LONGEST_NAME_BYTES - hash.length - 1)}_${hash}`;
}

/** Of an expression its names and literals: `lower(email)` → `lower_email`. */
function wordOf({ column, expression }: IndexKey): string {
  if (column !== null) return column;
  const words = (expression ?? "").match(/[\p{L}\p{N}_]+/gu) ?? [];
  return words.length === 0 ? "expression" : words.join("_");
}

/** The start of a text that fits so many bytes of UTF-8, never half a letter. */
function cutToBytes(text: string, bytes: number): string {
  let fitting = "";
  let used = 0;
  for (const letter of text) {
    used += Buffer.byteLength(letter);
    if (used > bytes) break;
    fitting += letter;
  }
  return fitting;
}

/** An invalid index of that name is our own unfinished work and does not count. */
function isTaken(name: string, table: RelationName, { relations, indexes }: Snapshot): boolean {
  const isHere = (other: RelationName): boolean =>
    other.name === name && other.schema === table.schema;
  return relations.some(isHere) || indexes.some((index) => isHere(index) && index.isValid);
}
