/**
 * Reads the text form of a one-dimensional PostgreSQL array, as pg_stats holds it: `{a,"b,c",NULL}`.
 * Elements that are arrays themselves are kept as text. (Manual, 8.15.6 Array Input and Output Syntax.)
 */
export function parseArrayText(text: string): readonly (string | null)[] {
  const start = text.indexOf("{");
  if (start < 0) return [];
  const elements: (string | null)[] = [];
  let word = "";
  let isQuoted = false;
  let wasQuoted = false;
  let depth = 0;
  const finish = (): void => {
    const bare = wasQuoted ? word : word.trim();
    if (wasQuoted || bare !== "")
      elements.push(!wasQuoted && bare.toUpperCase() === "NULL" ? null : bare);
    word = "";
    wasQuoted = false;
  };
  for (let index = start + 1; index < text.length; index += 1) {
    const character = text.charAt(index);
    if (character === "\\") {
      index += 1;
      word += depth > 0 ? `\\${text.charAt(index)}` : text.charAt(index);
      if (!isQuoted) wasQuoted = true;
    } else if (isQuoted) {
      if (character === '"') isQuoted = false;
      if (character !== '"' || depth > 0) word += character;
    } else if (character === '"') {
      isQuoted = true;
      if (depth === 0) {
        wasQuoted = true;
        word = word.trim();
      } else word += character;
    } else if (character === "{") {
      depth += 1;
      word += character;
    } else if (character === "}") {
      if (depth === 0) {
        finish();
        return elements;
      }
      depth -= 1;
      word += character;
    } else if (character === "," && depth === 0) {
      finish();
    } else if (!(wasQuoted && depth === 0 && character.trim() === "")) {
      word += character;
    }
  }
  finish();
  return elements;
}

/** The text form of an array: every element in quotes, NULL bare. */
export function formatArrayText(elements: readonly (string | null)[]): string {
  const quoted = elements.map((element) =>
    element === null ? "NULL" : `"${element.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"`,
  );
  return `{${quoted.join(",")}}`;
}
