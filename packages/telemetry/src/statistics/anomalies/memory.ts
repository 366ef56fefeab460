import { badAnomalyState } from "./errors.ts";

/** What a detector has learnt, as JSON: about 16 KB, of the same size at any age. */
export interface AnomalyState {
  readonly version: 1;
  /** Little-endian float64 cells, base64. */
  readonly doubles: string;
  /** Little-endian float32 cells, base64. */
  readonly floats: string;
}

/**
 * All that a detector remembers, in two typed arrays whose parts are handed out once: so that its
 * size is known before the first point, and to save it is to copy it.
 */
export interface Memory {
  /** Cells for clocks, counts and means; they begin as 0. Beyond what the memory was made for there are none. */
  doubles(count: number): Float64Array;
  /** Cells for what there is a lot of: histograms, profiles, the last values. */
  floats(count: number): Float32Array;
  save(): AnomalyState;
  /** Throws `SG_TELEMETRY_BAD_ANOMALY_STATE` unless the state was saved by a detector of the same layout. */
  load(state: AnomalyState): void;
}

export function createMemory(doubleCount: number, floatCount: number): Memory {
  const doubles = new Float64Array(doubleCount);
  const floats = new Float32Array(floatCount);
  let usedDoubles = 0;
  let usedFloats = 0;
  return {
    doubles(count) {
      usedDoubles += count;
      return doubles.subarray(usedDoubles - count, usedDoubles);
    },
    floats(count) {
      usedFloats += count;
      return floats.subarray(usedFloats - count, usedFloats);
    },
    save: () => ({
      version: 1,
      doubles: encode(doubles.subarray(0, usedDoubles)),
      floats: encode(floats.subarray(0, usedFloats)),
    }),
    load(state) {
      if (state?.version !== 1) throw badAnomalyState(`its version is ${String(state?.version)}`);
      const savedDoubles = decode(state.doubles, usedDoubles * 8);
      const savedFloats = decode(state.floats, usedFloats * 4);
      doubles.set(new Float64Array(savedDoubles));
      floats.set(new Float32Array(savedFloats));
      if (doubles.every(Number.isFinite) && floats.every(Number.isFinite)) return;
      doubles.fill(0);
      floats.fill(0);
      throw badAnomalyState("it holds something that is no number");
    },
  };
}

function encode(cells: Float64Array | Float32Array): string {
  return Buffer.from(cells.buffer, cells.byteOffset, cells.byteLength).toString("base64");
}

function decode(text: unknown, wantedBytes: number): ArrayBuffer {
  const bytes = Buffer.from(typeof text === "string" ? text : "", "base64");
  if (bytes.length !== wantedBytes)
    throw badAnomalyState(`a part has ${bytes.length} bytes where ${wantedBytes} belong`);
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer;
}
