/** Words that begin a line where a statement is long enough to need several. */
const CLAUSE =
  /(?<!\b(?:left|right|full|inner|cross|outer))\s+(?=(?:from|where|group by|having|order by|limit|offset|union|values|set|returning|on conflict|(?:(?:left|right|full|inner|cross)\s+(?:outer\s+)?)?join)\b)/gi;

/** Shorter statements stay on one line. */
const SHORT = 80;

/** A statement with a line for each clause, so that it can be read without scrolling. One that has lines of its own keeps them. */
export function sqlLines(text: string): string {
  const trimmed = text.trim();
  if (trimmed.length <= SHORT || trimmed.includes("\n")) return trimmed;
  let lines = "";
  let end = 0;
  for (const match of trimmed.matchAll(CLAUSE)) {
    const before = trimmed.slice(0, match.index);
    if (!isOutermost(before)) continue;
    const word = trimmed.slice(match.index + match[0].length);
    lines += `${trimmed.slice(end, match.index)}\n${/^\S*\s*(outer\s+)?join\b/i.test(word) ? "  " : ""}`;
    end = match.index + match[0].length;
  }
  return lines + trimmed.slice(end);
}

/** Whether what follows stands in no bracket and in no quotes. */
function isOutermost(before: string): boolean {
  const bare = before.replaceAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"/g, "");
  if (/['"]/.test(bare)) return false;
  return countOf(bare, "(") <= countOf(bare, ")");
}

function countOf(text: string, sign: string): number {
  return text.split(sign).length - 1;
}
