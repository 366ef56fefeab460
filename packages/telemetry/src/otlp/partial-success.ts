/** What a receiver did not take, though it said 200. */
export interface PartialSuccess {
  readonly rejected: number;
  readonly message: string;
}

const PARTIAL_SUCCESS_FIELD = 1;
const REJECTED_FIELD = 1;
const MESSAGE_FIELD = 2;
const LONGEST_MESSAGE = 300;

/**
 * Reads `partial_success` of an `ExportTraceServiceResponse` or `ExportMetricsServiceResponse`.
 *
 * @returns undefined where all was taken, or where the answer is no such message
 */
export function readPartialSuccess(response: Buffer): PartialSuccess | undefined {
  const inner = readFields(response)?.find(({ field }) => field === PARTIAL_SUCCESS_FIELD);
  if (!(inner?.value instanceof Buffer)) return undefined;
  const fields = readFields(inner.value) ?? [];
  const rejected = fields.find(({ field }) => field === REJECTED_FIELD)?.value;
  const message = fields.find(({ field }) => field === MESSAGE_FIELD)?.value;
  const result = {
    rejected: typeof rejected === "number" ? rejected : 0,
    message: message instanceof Buffer ? message.toString("utf8").slice(0, LONGEST_MESSAGE) : "",
  };
  return result.rejected > 0 || result.message !== "" ? result : undefined;
}

interface Field {
  readonly field: number;
  readonly value: number | Buffer;
}

/** The fields of one message; undefined where the bytes are none. */
function readFields(bytes: Buffer): readonly Field[] | undefined {
  const fields: Field[] = [];
  let at = 0;
  const varint = (): number => {
    let value = 0;
    for (let scale = 1; at < bytes.length && scale < 2 ** 63; scale *= 0x80) {
      const byte = bytes[at] ?? 0;
      at += 1;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
    }
    return Number.NaN;
  };
  while (at < bytes.length) {
    const tag = varint();
    const wireType = tag % 8;
    const size = wireType === 0 ? 0 : wireType === 2 ? varint() : wireType === 1 ? 8 : 4;
    if (Number.isNaN(tag) || !(at + size <= bytes.length)) return undefined;
    const value = wireType === 0 ? varint() : bytes.subarray(at, at + size);
    at += size;
    fields.push({ field: Math.floor(tag / 8), value });
  }
  return fields;
}
