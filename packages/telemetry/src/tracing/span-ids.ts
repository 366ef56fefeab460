import type { Random } from "@streamgate/core";

const HEX: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte.toString(16).padStart(2, "0"),
);
const WORD = 4_294_967_296;

/** 32 hexadecimal digits, never all zero. */
export function drawTraceId(random: Random): string {
  return drawSpanId(random) + drawSpanId(random);
}

/** 16 hexadecimal digits, never all zero. */
export function drawSpanId(random: Random): string {
  for (;;) {
    const high = random.integer(WORD);
    const low = random.integer(WORD);
    if (high !== 0 || low !== 0) return hexOf(high) + hexOf(low);
  }
}

function hexOf(word: number): string {
  return (
    (HEX[word >>> 24] ?? "") +
    (HEX[(word >>> 16) & 0xff] ?? "") +
    (HEX[(word >>> 8) & 0xff] ?? "") +
    (HEX[word & 0xff] ?? "")
  );
}
