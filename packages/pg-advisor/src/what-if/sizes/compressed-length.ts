/**
 * Length of what PostgreSQL's own compression makes of bytes (src/common/pg_lzcompress.c): copies of
 * at least three bytes from the last 4,095, found by a chain of earlier places with the same four bytes.
 * Equal to the input's where less than a quarter would be saved.
 */
const SHORTEST_INPUT = 32;
const LEAST_SAVED_SHARE = 0.25;
const FURTHEST_COPY = 4095;
const LONGEST_COPY = 273;
const LONGEST_SHORT_COPY = 17;
const SHORTEST_COPY = 3;
const GOOD_COPY = 128;
const LESS_CHOOSY_PERCENT = 10;
const HEADER_BYTES = 4;
const GIVES_UP_AFTER = 1024;

export function compressedLength(input: Uint8Array): number {
  const { length } = input;
  if (length < SHORTEST_INPUT) return length;
  const most = Math.floor(length * (1 - LEAST_SAVED_SHARE));
  const places = new Map<number, number[]>();
  let output = 0;
  let items = 0;
  let hasCopied = false;
  let position = 0;
  while (position < length) {
    const written = output + Math.ceil(items / 8);
    if (written >= most || (!hasCopied && written >= GIVES_UP_AFTER)) return length;
    const copy = longestCopy(input, position, places);
    const taken = Math.max(1, copy);
    output += copy === 0 ? 1 : copy > LONGEST_SHORT_COPY ? 3 : 2;
    items += 1;
    hasCopied ||= copy > 0;
    for (let step = 0; step < taken; step += 1) remember(input, position + step, places);
    position += taken;
  }
  const written = output + Math.ceil(items / 8) + HEADER_BYTES;
  return written < most ? written : length;
}

function longestCopy(
  input: Uint8Array,
  position: number,
  places: ReadonlyMap<number, readonly number[]>,
): number {
  if (position + SHORTEST_COPY >= input.length) return 0;
  let longest = 0;
  let good = GOOD_COPY;
  const candidates = places.get(keyAt(input, position)) ?? [];
  for (let index = candidates.length - 1; index >= 0; index -= 1) {
    const from = candidates[index] ?? 0;
    if (position - from > FURTHEST_COPY || longest >= good) break;
    let same = 0;
    while (
      same < LONGEST_COPY &&
      position + same < input.length &&
      input[from + same] === input[position + same]
    ) {
      same += 1;
    }
    if (same > longest) longest = same;
    good -= Math.floor((good * LESS_CHOOSY_PERCENT) / 100);
  }
  return longest >= SHORTEST_COPY ? longest : 0;
}

function remember(input: Uint8Array, position: number, places: Map<number, number[]>): void {
  const key = keyAt(input, position);
  const known = places.get(key);
  if (known === undefined) places.set(key, [position]);
  else known.push(position);
}

function keyAt(input: Uint8Array, position: number): number {
  return (
    ((input[position] ?? 0) << 24) |
    ((input[position + 1] ?? 0) << 16) |
    ((input[position + 2] ?? 0) << 8) |
    (input[position + 3] ?? 0)
  );
}
