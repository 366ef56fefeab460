/**
 * The rank of each value among all, from 1; equal values share the mean of their ranks.
 *
 * @param values finite numbers
 */
export function midRanks(values: readonly number[]): number[] {
  const order = values.map((_, index) => index);
  order.sort((left, right) => (values[left] ?? 0) - (values[right] ?? 0));
  const ranks = new Array<number>(values.length).fill(0);
  let start = 0;
  while (start < order.length) {
    let end = start + 1;
    while (end < order.length && values[order[end] ?? 0] === values[order[start] ?? 0]) end += 1;
    const shared = (start + 1 + end) / 2;
    for (let position = start; position < end; position += 1) ranks[order[position] ?? 0] = shared;
    start = end;
  }
  return ranks;
}
