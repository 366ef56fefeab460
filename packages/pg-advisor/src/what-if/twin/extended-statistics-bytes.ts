/**
 * The inner form of extended statistics, which PostgreSQL 18 prints but does not read. Layouts:
 * src/backend/statistics/mvdistinct.c, dependencies.c and mcv.c; little endian, unaligned.
 */

const NDISTINCT = { magic: 0xa352bfa4, type: 1 } as const;
const DEPENDENCIES = { magic: 0xb4549a2c, type: 1 } as const;
const WORD_BYTES = 4;
const DOUBLE_BYTES = 8;
const NUMBER_BYTES = 2;
const ITEM = /"([^"]+)"\s*:\s*(-?[\d.]+(?:e[+-]?\d+)?)/gi;

/** Bytes of a `pg_ndistinct` that prints as `{"1, 2": 300, …}`. */
export function ndistinctBytes(text: string): Buffer {
  const items = itemsOf(text).map(({ value, columns }) =>
    Buffer.concat([double(value), word(columns.length), numbers(columns)]),
  );
  return withHead(NDISTINCT, items);
}

/** Bytes of a `pg_dependencies` that prints as `{"1 => 2": 1.000000, …}`. */
export function dependenciesBytes(text: string): Buffer {
  const items = itemsOf(text).map(({ value, columns }) =>
    Buffer.concat([double(value), numbers([columns.length, ...columns])]),
  );
  return withHead(DEPENDENCIES, items);
}

interface Item {
  readonly columns: readonly number[];
  readonly value: number;
}

/** Numbers of expressions are negative. */
function itemsOf(text: string): readonly Item[] {
  return [...text.matchAll(ITEM)].map(([, names = "", value]) => ({
    columns: names.split(/,|=>/).map((name) => Number(name.trim())),
    value: Number(value),
  }));
}

function withHead(
  head: { readonly magic: number; readonly type: number },
  items: readonly Buffer[],
): Buffer {
  return Buffer.concat([word(head.magic), word(head.type), word(items.length), ...items]);
}

function word(value: number): Buffer {
  const buffer = Buffer.alloc(WORD_BYTES);
  buffer.writeUInt32LE(value);
  return buffer;
}

function double(value: number): Buffer {
  const buffer = Buffer.alloc(DOUBLE_BYTES);
  buffer.writeDoubleLE(value);
  return buffer;
}

function numbers(values: readonly number[]): Buffer {
  const buffer = Buffer.alloc(values.length * NUMBER_BYTES);
  for (const [position, value] of values.entries()) {
    buffer.writeInt16LE(value, position * NUMBER_BYTES);
  }
  return buffer;
}
