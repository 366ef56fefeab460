import type { Random } from "@streamgate/core";

/** Draws ranks from 0 to `ranks` − 1, rank r with a probability in proportion to (r + 1)^−skew. */
export function zipfRanks(ranks: number, skew: number, random: Random): () => number {
  const upTo = new Float64Array(ranks);
  let sum = 0;
  for (let rank = 0; rank < ranks; rank += 1) {
    sum += (rank + 1) ** -skew;
    upTo[rank] = sum;
  }
  return () => {
    const wanted = random.next() * sum;
    let low = 0;
    let high = ranks - 1;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((upTo[middle] ?? 0) < wanted) low = middle + 1;
      else high = middle;
    }
    return low;
  };
}
