const ASCII_LOWER = Uint16Array.from({ length: 128 }, (_, unit) =>
  unit >= 65 && unit <= 90 ? unit + 32 : unit,
);

/** A UTF-16 code unit without its case; one unit stays one unit, so positions keep their meaning. */
export function foldCodeUnit(unit: number): number {
  if (unit < 128) return ASCII_LOWER[unit] ?? unit;
  const lower = String.fromCharCode(unit).toLowerCase();
  return lower.length === 1 ? lower.charCodeAt(0) : unit;
}

const WORD_CHARACTER = /[\p{L}\p{N}_]/u;

/** Whether nothing that belongs to a word touches `text` from `start` to `end`. */
export function isWholeWord(text: string, start: number, end: number): boolean {
  return !WORD_CHARACTER.test(text.charAt(start - 1)) && !WORD_CHARACTER.test(text.charAt(end));
}
