/** How the fields of a message are to be read; what is not named here fails the test. */
export interface Schema {
  readonly [field: number]: readonly [name: string, kind: FieldKind];
}
type FieldKind =
  | "text"
  | "hex"
  | "uint"
  | "int"
  | "sint"
  | "fixed64"
  | "fixed32"
  | "double"
  | "packed"
  | (() => Schema);

/** A message as data: each field a list of its values; fields with their default value are left out. */
export type Decoded = { [name: string]: unknown[] };

/** Reads any Protocol Buffers message by its schema. */
export function decode(bytes: Buffer, schema: Schema): Decoded {
  const message: Decoded = {};
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at] ?? 0;
      at += 1;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const [name, kind] = schema[tag >> 3] ?? [];
    if (name === undefined || kind === undefined) throw new Error(`unknown field ${tag >> 3}`);
    const take = (size: number): Buffer => {
      const taken = bytes.subarray(at, at + size);
      at += size;
      return taken;
    };
    const readers = {
      0: varint,
      1: () => take(8),
      2: () => take(Number(varint())),
      5: () => take(4),
    };
    const value = read(readers[(tag & 7) as keyof typeof readers](), kind);
    if (value === 0 || value === 0n) continue;
    message[name] = [...(message[name] ?? []), value];
  }
  return message;
}

function read(raw: bigint | Buffer | undefined, kind: FieldKind): unknown {
  if (typeof raw === "bigint") {
    if (kind === "uint") return Number(raw);
    if (kind === "int") return Number(BigInt.asIntN(64, raw));
    if (kind === "sint") return Number(raw % 2n === 0n ? raw / 2n : -(raw + 1n) / 2n);
  } else if (raw !== undefined) {
    if (kind === "text") return raw.toString("utf8");
    if (kind === "hex") return raw.toString("hex");
    if (kind === "fixed64") return raw.readBigUInt64LE();
    if (kind === "fixed32") return raw.readUInt32LE();
    // A double that is 0 says something.
    if (kind === "double") return String(raw.readDoubleLE());
    if (kind === "packed") return unpack(raw);
    if (typeof kind === "function") return decode(raw, kind());
  }
  throw new Error(`not a ${String(kind)}`);
}

function unpack(raw: Buffer): readonly number[] {
  const values: number[] = [];
  let value = 0;
  let scale = 1;
  for (const byte of raw) {
    value += (byte & 0x7f) * scale;
    scale *= 0x80;
    if (byte >= 0x80) continue;
    values.push(value);
    [value, scale] = [0, 1];
  }
  return values;
}

const anyValue = (): Schema => ({
  1: ["text", "text"],
  2: ["bool", "uint"],
  3: ["int", "int"],
  4: ["double", "double"],
});
const keyValue = (): Schema => ({ 1: ["key", "text"], 2: ["value", anyValue] });
const resource = (): Schema => ({ 1: ["attributes", keyValue], 2: ["dropped", "uint"] });
const scope = (): Schema => ({ 1: ["name", "text"], 2: ["version", "text"] });
const status = (): Schema => ({ 2: ["message", "text"], 3: ["code", "uint"] });
const span = (): Schema => ({
  1: ["traceId", "hex"],
  2: ["spanId", "hex"],
  3: ["state", "text"],
  4: ["parentSpanId", "hex"],
  5: ["name", "text"],
  6: ["kind", "uint"],
  7: ["start", "fixed64"],
  8: ["end", "fixed64"],
  9: ["attributes", keyValue],
  10: ["droppedAttributes", "uint"],
  12: ["droppedEvents", "uint"],
  14: ["droppedLinks", "uint"],
  15: ["status", status],
  16: ["flags", "fixed32"],
});
const scopeSpans = (): Schema => ({ 1: ["scope", scope], 2: ["spans", span] });
const resourceSpans = (): Schema => ({ 1: ["resource", resource], 2: ["scopeSpans", scopeSpans] });

export const TRACE_REQUEST: Schema = { 1: ["resourceSpans", resourceSpans] };

const numberPoint = (): Schema => ({
  2: ["start", "fixed64"],
  3: ["time", "fixed64"],
  4: ["double", "double"],
  7: ["attributes", keyValue],
});
const buckets = (): Schema => ({ 1: ["offset", "sint"], 2: ["counts", "packed"] });
const histogramPoint = (): Schema => ({
  1: ["attributes", keyValue],
  2: ["start", "fixed64"],
  3: ["time", "fixed64"],
  4: ["count", "fixed64"],
  5: ["sum", "double"],
  6: ["scale", "sint"],
  7: ["zeroCount", "fixed64"],
  8: ["positive", buckets],
  9: ["negative", buckets],
  10: ["flags", "uint"],
  12: ["min", "double"],
  13: ["max", "double"],
});
const gauge = (): Schema => ({ 1: ["points", numberPoint] });
const sum = (): Schema => ({ ...gauge(), 2: ["temporality", "uint"], 3: ["isMonotonic", "uint"] });
const histogram = (): Schema => ({ 1: ["points", histogramPoint], 2: ["temporality", "uint"] });
const metric = (): Schema => ({
  1: ["name", "text"],
  2: ["description", "text"],
  3: ["unit", "text"],
  5: ["gauge", gauge],
  7: ["sum", sum],
  10: ["exponentialHistogram", histogram],
});
const scopeMetrics = (): Schema => ({ 1: ["scope", scope], 2: ["metrics", metric] });
const resourceMetrics = (): Schema => ({
  1: ["resource", resource],
  2: ["scopeMetrics", scopeMetrics],
});

export const METRICS_REQUEST: Schema = { 1: ["resourceMetrics", resourceMetrics] };
