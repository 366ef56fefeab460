import {
  type ByteReader,
  type ByteWriter,
  doubleOf,
  halvesOf,
  MOST_INTEGER,
  signedLength,
} from "./bytes.ts";

/**
 * A column of numbers, without loss, in the smallest of four forms: a constant integer, integers,
 * differences of integers, or doubles as the exclusive or with the one before (Pelkonen et al.,
 * "Gorilla", VLDB 2015), laid out byte by byte so that DEFLATE finds what repeats.
 */
const CONSTANT = 0;
const INTEGERS = 1;
const DIFFERENCES = 2;
const DOUBLES = 3;
const DOUBLE_BYTES = 8;
/** No window holds more: what says so is damaged. */
const MOST_NUMBERS = 20_000_000;

export function writeNumbers(writer: ByteWriter, values: readonly number[]): void {
  if (!values.every(isPlainInteger)) {
    writeDoubles(writer, values);
    return;
  }
  const first = values[0] ?? 0;
  let plainLength = 0;
  let differenceLength = 0;
  let before = 0;
  let isConstant = true;
  for (const value of values) {
    plainLength += signedLength(value);
    differenceLength += signedLength(value - before);
    isConstant &&= value === first;
    before = value;
  }
  if (isConstant) {
    writer.byte(CONSTANT);
    writer.signed(first);
  } else if (differenceLength < plainLength) {
    writer.byte(DIFFERENCES);
    before = 0;
    for (const value of values) {
      writer.signed(value - before);
      before = value;
    }
  } else {
    writer.byte(INTEGERS);
    for (const value of values) writer.signed(value);
  }
}

/** @param count how many were written */
export function readNumbers(reader: ByteReader, count: number): number[] {
  if (count > MOST_NUMBERS) throw new RangeError(`${count} numbers are too many`);
  const form = reader.byte();
  if (form === CONSTANT) return new Array<number>(count).fill(reader.signed());
  if (form === DOUBLES) return readDoubles(reader, count);
  if (form !== INTEGERS && form !== DIFFERENCES) throw new RangeError(`unknown form ${form}`);
  if (count > reader.left) throw new RangeError("the bytes end too early");
  const values = reader.signedMany(count);
  if (form === INTEGERS) return values;
  let before = 0;
  for (let position = 0; position < count; position += 1) {
    before += values[position] ?? 0;
    values[position] = before;
  }
  return values;
}

function writeDoubles(writer: ByteWriter, values: readonly number[]): void {
  writer.byte(DOUBLES);
  const planes = new Uint8Array(values.length * DOUBLE_BYTES);
  let highBefore = 0;
  let lowBefore = 0;
  for (const [position, value] of values.entries()) {
    const [high, low] = halvesOf(value);
    const highChange = high ^ highBefore;
    const lowChange = low ^ lowBefore;
    for (let byte = 0; byte < 4; byte += 1) {
      planes[byte * values.length + position] = highChange >>> (24 - byte * 8);
      planes[(byte + 4) * values.length + position] = lowChange >>> (24 - byte * 8);
    }
    highBefore = high;
    lowBefore = low;
  }
  writer.bytes(planes);
}

function readDoubles(reader: ByteReader, count: number): number[] {
  const planes = reader.bytes(count * DOUBLE_BYTES);
  const values = new Array<number>(count);
  let high = 0;
  let low = 0;
  for (let position = 0; position < count; position += 1) {
    for (let byte = 0; byte < 4; byte += 1) {
      high ^= (planes[byte * count + position] ?? 0) << (24 - byte * 8);
      low ^= (planes[(byte + 4) * count + position] ?? 0) << (24 - byte * 8);
    }
    values[position] = doubleOf(high >>> 0, low >>> 0);
  }
  return values;
}

function isPlainInteger(value: number): boolean {
  return (
    Number.isInteger(value) &&
    value <= MOST_INTEGER &&
    value >= -MOST_INTEGER &&
    !Object.is(value, -0)
  );
}
