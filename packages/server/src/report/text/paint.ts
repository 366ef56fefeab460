/** Colours and weights of the terminal, or nothing where it has none. */
export interface Paint {
  readonly bold: (text: string) => string;
  readonly dim: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly warn: (text: string) => string;
  readonly accent: (text: string) => string;
}

const PLAIN: Paint = {
  bold: (text) => text,
  dim: (text) => text,
  good: (text) => text,
  bad: (text) => text,
  warn: (text) => text,
  accent: (text) => text,
};

const COLOURED: Paint = {
  bold: wrapWith(1, 22),
  dim: wrapWith(2, 22),
  good: wrapWith(32, 39),
  bad: wrapWith(31, 39),
  warn: wrapWith(33, 39),
  accent: wrapWith(36, 39),
};

export function paintFor(hasColour: boolean): Paint {
  return hasColour ? COLOURED : PLAIN;
}

/** Select Graphic Rendition (ECMA-48, 8.3.117). */
function wrapWith(on: number, off: number): (text: string) => string {
  return (text) => `\u001b[${on}m${text}\u001b[${off}m`;
}
