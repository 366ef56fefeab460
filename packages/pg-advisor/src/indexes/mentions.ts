/** Where a text has this name as a word of its own. */
function placesOf(text: string, name: string): readonly number[] {
  const places: number[] = [];
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + 1)) {
    const around = `${text[at - 1] ?? " "}${text[at + name.length] ?? " "}`;
    if (!/[\w$]/.test(around)) places.push(at);
  }
  return places;
}

/** Whether a text has this name as a word of its own. */
export function mentions(text: string, name: string): boolean {
  return placesOf(text, name).length > 0;
}

/** The text with another name in the place of this one. */
export function renamed(text: string, name: string, other: string): string {
  let copied = 0;
  let result = "";
  for (const at of placesOf(text, name)) {
    result += text.slice(copied, at) + other;
    copied = at + name.length;
  }
  return result + text.slice(copied);
}
