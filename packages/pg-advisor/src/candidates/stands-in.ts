import { type ExistingIndex, type ExistingKey, termOf } from "./existing-indexes.ts";
import { normalForm } from "./normal-form.ts";
import type { Proposal } from "./proposal.ts";

/** A candidate's keys and predicate in the form in which those of today are kept. */
interface NormalProposal {
  readonly keys: readonly ExistingKey[];
  readonly predicate: string | null;
}

/** Operator classes that find all that another finds. */
const AT_LEAST: Readonly<Record<string, string | null>> = { jsonb_path_ops: null };

/** Whether one of the indexes of today does for a statement what the proposed one would, whatever its name, quoting and order. */
export function isThereAlready(proposal: Proposal, indexes: readonly ExistingIndex[]): boolean {
  const { method } = proposal.definition;
  const alike = indexes.filter((index) => index.method === method);
  if (alike.length === 0) return false;
  const { keys, predicate } = normalise(proposal);
  return alike.some((index) => {
    if (index.predicate !== predicate) return false;
    if (method === "btree") return holdsInOrder(index, proposal, keys);
    return keys.every((key) => index.keys.some((other) => isSameTerm(other, key)));
  });
}

function normalise({ definition }: Proposal): NormalProposal {
  return {
    keys: definition.keys.map((key) => ({
      term: termOf(key),
      operatorClass: key.operatorClass?.split(".").at(-1)?.replaceAll('"', "") ?? null,
      collation: null,
      direction: key.direction,
      nulls: key.nulls,
    })),
    predicate: definition.predicate === null ? null : normalForm(definition.predicate),
  };
}

/** The interchangeable keys first, in any order; then the others as they are or all backwards. */
function holdsInOrder(
  index: ExistingIndex,
  { definition, interchangeable }: Proposal,
  keys: readonly ExistingKey[],
): boolean {
  const leading = index.keys.slice(0, interchangeable);
  const free = keys.slice(0, interchangeable);
  if (leading.length < free.length) return false;
  if (!free.every((key) => leading.some((other) => isSameTerm(other, key)))) return false;
  const tail = keys.slice(interchangeable);
  const there = index.keys.slice(interchangeable, keys.length);
  if (there.length < tail.length) return false;
  const isSame = (isTurned: boolean): boolean =>
    tail.every((key, position) => {
      const other = there[position];
      if (other === undefined || !isSameTerm(other, key)) return false;
      return (
        (other.direction === key.direction) !== isTurned && (other.nulls === key.nulls) !== isTurned
      );
    });
  if (!isSame(false) && !isSame(true)) return false;
  const carried = new Set([...index.include].map((column) => JSON.stringify(column)));
  for (const { term } of index.keys) carried.add(term);
  return definition.include.every((column) => carried.has(JSON.stringify(column)));
}

function isSameTerm(existing: ExistingKey, wanted: ExistingKey): boolean {
  if (existing.term !== wanted.term || existing.collation !== wanted.collation) return false;
  if (existing.operatorClass === wanted.operatorClass) return true;
  const also = wanted.operatorClass === null ? undefined : AT_LEAST[wanted.operatorClass];
  return also !== undefined && existing.operatorClass === also;
}
