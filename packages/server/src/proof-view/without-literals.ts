const STRING_OR_NAME = /"(?:[^"]|"")*"|'(?:[^']|'')*'/g;
/** A number by itself: no part of a name, of `$1`, or of a type's length. */
const NUMBER = /(?<![\w$.])-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])/g;
/** Lines of EXPLAIN that say figures, not conditions. */
const FIGURES =
  /\((?:cost=|actual |never executed)|^\s*(?:Buffers|I\/O Timings|Rows Removed|Heap |Workers|Worker \d|Sort Method|Buckets|Batches|Peak Memory|Memory|Cache Mode|Hits|WAL|Index Searches|Planning|Execution|JIT|Functions|Options|Timing|Storage|Full-sort|Pre-sorted)/;

/** A condition of a plan with its values taken out: whose they are is nobody's business. */
export function withoutLiterals(text: string): string {
  return withoutStrings(text).replace(NUMBER, "?");
}

/** A whole plan of EXPLAIN with the values in its conditions taken out; its figures stay. */
export function planWithoutLiterals(plan: string): string {
  // A text value may hold line ends: texts go first, while they are whole.
  return withoutStrings(plan)
    .split("\n")
    .map((line) => (FIGURES.test(line) ? line : line.replace(NUMBER, "?")))
    .join("\n");
}

/** A text with its quoted values taken out; quoted names and numbers stay. */
export function withoutStrings(text: string): string {
  return text.replace(STRING_OR_NAME, (part) => (part.startsWith('"') ? part : "?"));
}
