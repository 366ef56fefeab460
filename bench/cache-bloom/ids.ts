import { seededRandom } from "@streamgate/core";

/** A kind of id with as many present as absent ones; those asked for are not the objects that were stored. */
export interface IdSet {
  readonly kind: string;
  readonly stored: readonly string[];
  readonly present: readonly string[];
  readonly absent: readonly string[];
}

export function makeIdSets(count: number): readonly IdSet[] {
  return [idSet("sequential numbers", count, String), idSet("UUIDs", count, uuidOf)];
}

function idSet(kind: string, count: number, idOf: (number: number) => string): IdSet {
  const numbers = Array.from({ length: count }, (_, number) => number);
  const asked = seededRandom(count).shuffle(numbers);
  return {
    kind,
    stored: numbers.map((number) => flat(idOf(number))),
    present: asked.map((number) => flat(idOf(number))),
    absent: asked.map((number) => flat(idOf(number + count))),
  };
}

/** Text as it comes from a request: one piece, not a tree of concatenated parts. */
function flat(text: string): string {
  return Buffer.from(text, "latin1").toString("latin1");
}

function uuidOf(number: number): string {
  const random = seededRandom(number);
  const hex = Array.from({ length: 4 }, () =>
    random.integer(4_294_967_296).toString(16).padStart(8, "0"),
  ).join("");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}
