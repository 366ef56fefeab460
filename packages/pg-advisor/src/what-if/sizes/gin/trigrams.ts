const WORD = /[\p{L}\p{N}]+/gu;

/** The trigrams of a text as pg_trgm takes them: of its words in small letters, two blanks before and one after each. */
export function trigramsOf(text: string): readonly string[] {
  const trigrams: string[] = [];
  for (const [word] of text.toLowerCase().matchAll(WORD)) {
    const letters = Array.from(`  ${word} `);
    for (let start = 0; start + 3 <= letters.length; start += 1) {
      trigrams.push(letters.slice(start, start + 3).join(""));
    }
  }
  return trigrams;
}
