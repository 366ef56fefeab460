import { StreamGateError } from "./errors.ts";

const UNIT_BYTES = { b: 1, kb: 1024, mb: 1024 ** 2, gb: 1024 ** 3, tb: 1024 ** 4 } as const;
const BYTE_SIZE = /^(\d+(?:\.\d+)?)\s*(b|kb|mb|gb|tb)$/i;

/**
 * Bytes of a size such as `'256mb'`; units are powers of 1024, in either case.
 *
 * @throws StreamGateError `SG_CORE_BAD_BYTE_SIZE`
 * @example
 * ```ts
 * import { parseByteSize } from "@streamgate/core";
 * parseByteSize("256mb"); // 268435456
 * ```
 */
export function parseByteSize(text: string): number {
  const match = BYTE_SIZE.exec(text.trim());
  const unit = match?.[2]?.toLowerCase();
  if (match === null || unit === undefined || !isUnit(unit)) {
    throw new StreamGateError({
      code: "SG_CORE_BAD_BYTE_SIZE",
      tried: `read ${JSON.stringify(text)} as a size in bytes`,
      happened: "it is not a number followed by b, kb, mb, gb or tb",
      remedy: "write it like 512kb, 256mb or 1.5gb",
    });
  }
  return Math.round(Number(match[1]) * UNIT_BYTES[unit]);
}

/** A size for a person: `8 kB`, `1.91 MB`, `366 MB`, powers of 1024. */
export function formatByteSize(bytes: number): string {
  if (!Number.isFinite(bytes)) return "unknown";
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = Math.abs(bytes);
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${bytes < 0 ? "-" : ""}${Number(value.toPrecision(3))} ${units[unit]}`;
}

function isUnit(unit: string): unit is keyof typeof UNIT_BYTES {
  return unit in UNIT_BYTES;
}
