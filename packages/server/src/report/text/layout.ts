/** Lines of text within a width. Widths are columns; a character takes one. */

/** Control and format characters (Unicode categories Cc, Cf), line ends and tabs aside. */
const CONTROLS = /[^\P{Cc}\n\t]|\p{Cf}/gu;
/** The sequences that `paint` writes. */
const PAINTED = new RegExp(`${String.fromCodePoint(0x1b)}\\[\\d+m`, "g");

/** Text from a database as one line that cannot move the cursor or change colours. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").replace(CONTROLS, "�").trim();
}

/** The same for text of several lines. */
export function safeLines(text: string): readonly string[] {
  return text.split(/\r?\n/).map((line) => line.replaceAll("\t", "  ").replace(CONTROLS, "�"));
}

/** Columns that a painted text takes. */
export function widthOf(text: string): number {
  return Array.from(text.replace(PAINTED, "")).length;
}

/** Cuts an unpainted text to a width, with an ellipsis. */
export function cut(text: string, width: number): string {
  const characters = Array.from(text);
  return characters.length <= width ? text : `${characters.slice(0, width - 1).join("")}…`;
}

/** Breaks an unpainted text into lines; a word longer than a line is broken. */
function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    let rest = word;
    if (line !== "" && widthOf(line) + 1 + widthOf(rest) <= width) {
      line = `${line} ${rest}`;
      continue;
    }
    if (line !== "") lines.push(line);
    while (widthOf(rest) > width) {
      const characters = Array.from(rest);
      lines.push(characters.slice(0, width).join(""));
      rest = characters.slice(width).join("");
    }
    line = rest;
  }
  return line === "" && lines.length > 0 ? lines : [...lines, line];
}

/** `wrap` with a margin; the first line may have another. */
export function paragraph(
  text: string,
  width: number,
  margin: number,
  firstMargin: number = margin,
): readonly string[] {
  const [first = "", ...rest] = wrap(text, Math.max(20, width - Math.max(margin, firstMargin)));
  return [" ".repeat(firstMargin) + first, ...rest.map((line) => " ".repeat(margin) + line)];
}

/** Parts beside each other, as many to a line as fit. Parts may be painted. */
export function flow(parts: readonly string[], width: number, margin: number): readonly string[] {
  const gap = "   ";
  const lines: string[] = [];
  for (const part of parts) {
    const last = lines.at(-1);
    const joined = `${last}${gap}${part}`;
    if (last !== undefined && widthOf(joined) <= width) lines[lines.length - 1] = joined;
    else lines.push(" ".repeat(margin) + part);
  }
  return lines;
}
