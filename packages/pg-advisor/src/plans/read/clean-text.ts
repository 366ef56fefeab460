const ESCAPE = String.fromCodePoint(0x1b);
/** Select Graphic Rendition (ECMA-48, 8.3.117): colours of a pager. */
const COLOURS = new RegExp(`${ESCAPE}\\[[\\d;]{0,20}m`, "g");
const NO_BREAK_SPACES = /[\u00a0\u2007\u202f]/g;
const ZERO_WIDTH = /[\ufeff\u200b]/g;

/** A text with `\n` as its only line end, spaces as spaces and without colours. */
export function cleanText(text: string): string {
  return text
    .replace(/\r\n?/g, "\n")
    .replace(COLOURS, "")
    .replace(ZERO_WIDTH, "")
    .replace(NO_BREAK_SPACES, " ");
}
