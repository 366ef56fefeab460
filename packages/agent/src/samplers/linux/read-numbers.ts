/**
 * The number behind a name at the beginning of a line: `Threads:\t11`, `read_bytes: 4096`, `nr_throttled 3`.
 *
 * @returns undefined where there is none
 */
export function numberAfter(text: string, name: string): number | undefined {
  const at = text.startsWith(name) ? 0 : text.indexOf(`\n${name}`) + 1;
  if (at === 0 && !text.startsWith(name)) return undefined;
  const found = /^:?[ \t]*(\d+)/.exec(text.slice(at + name.length, at + name.length + 40));
  return found === null ? undefined : Number(found[1]);
}

/** A file that holds one number, or the word `max` or -1 for "no limit". */
export function limitIn(text: string | undefined): number {
  const first = text?.trim().split(/\s+/, 1)[0] ?? "";
  return /^\d+$/.test(first) ? Number(first) : Number.POSITIVE_INFINITY;
}
