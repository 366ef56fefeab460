import type { OwnType } from "../../snapshot/snapshot.ts";

/**
 * The inner form of a `pg_mcv_list` (src/backend/statistics/mcv.c; little endian, unaligned): a head of three words and the number of
 * dimensions, a type for each, then of each dimension what its values are, then the values, then the items by their places among them.
 */
const DIMENSIONS_OFFSET = 12;
const TYPES_OFFSET = 14;
const OID_BYTES = 4;
const DIMENSION_INFO_BYTES = 20;
const VALUE_BYTES_OFFSET = 4;

/** Oids from here on are given out by each database for itself. */
const FIRST_USER_OID = 16_384;

/** Tells what the oids of one database are in another. */
export class OidTranslation {
  readonly #there: ReadonlyMap<number, OwnType>;
  readonly #here: ReadonlyMap<string, OwnType>;

  constructor(there: readonly OwnType[], here: readonly OwnType[]) {
    this.#there = new Map(there.map((type) => [type.oid, type]));
    this.#here = new Map(here.map((type) => [nameOf(type), type]));
  }

  /** Null where the type is unknown there or here, or holds oids within its values. */
  type(oid: number): { readonly oid: number; readonly label: LabelTranslation | null } | null {
    if (oid < FIRST_USER_OID) return { oid, label: null };
    const there = this.#there.get(oid);
    const here = there === undefined ? undefined : this.#here.get(nameOf(there));
    if (there === undefined || here === undefined || there.kind === "range") return null;
    if (there.labels === null) return { oid: here.oid, label: null };
    const byLabel = new Map(here.labels?.map((label) => [label.label, label.oid]));
    const labels = new Map(
      there.labels.map((label) => [label.oid, byLabel.get(label.label) ?? null]),
    );
    return { oid: here.oid, label: (value) => labels.get(value) ?? null };
  }
}

type LabelTranslation = (oid: number) => number | null;

/** The list with the oids of another database; null where one of them is not known. */
export function translateMcvList(list: Buffer, oids: OidTranslation): Buffer | null {
  const translated = Buffer.from(list);
  const dimensions = list.readInt16LE(DIMENSIONS_OFFSET);
  const infoOffset = TYPES_OFFSET + dimensions * OID_BYTES;
  let valueOffset = infoOffset + dimensions * DIMENSION_INFO_BYTES;
  for (let dimension = 0; dimension < dimensions; dimension += 1) {
    const typeOffset = TYPES_OFFSET + dimension * OID_BYTES;
    const type = oids.type(list.readUInt32LE(typeOffset));
    if (type === null) return null;
    translated.writeUInt32LE(type.oid, typeOffset);
    const info = infoOffset + dimension * DIMENSION_INFO_BYTES;
    const values = list.readUInt32LE(info);
    const end = valueOffset + list.readUInt32LE(info + VALUE_BYTES_OFFSET);
    for (let value = 0; type.label !== null && value < values; value += 1) {
      const offset = valueOffset + value * OID_BYTES;
      const label = type.label(list.readUInt32LE(offset));
      if (label === null) return null;
      translated.writeUInt32LE(label, offset);
    }
    valueOffset = end;
  }
  return translated;
}

function nameOf({ schema, name }: OwnType): string {
  return JSON.stringify([schema, name]);
}
