/** The members of a list as EXPLAIN prints it: at commas outside of brackets and quotes. */
export function splitList(text: string): readonly string[] {
  const members: string[] = [];
  let depth = 0;
  let quote = "";
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text.charAt(at);
    if (quote !== "") {
      if (character === quote) quote = "";
    } else if (character === "'" || character === '"') quote = character;
    else if (character === "(" || character === "[") depth += 1;
    else if (character === ")" || character === "]") depth -= 1;
    else if (character === "," && depth <= 0) {
      members.push(text.slice(start, at).trim());
      start = at + 1;
    }
  }
  const last = text.slice(start).trim();
  return last === "" ? members : [...members, last];
}

/** The quote that stands open after a text, or none: what follows belongs to it. `before` stood open before it. */
export function openQuoteAfter(text: string, before: string = ""): string {
  let quote = before;
  for (const character of text) {
    if (quote === "") {
      if (character === "'" || character === '"') quote = character;
    } else if (character === quote) quote = "";
  }
  return quote;
}
