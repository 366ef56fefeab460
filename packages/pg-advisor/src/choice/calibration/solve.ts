/** Solves a small symmetric, positive definite system of equations by Cholesky's method; 0 where a pivot vanishes. */
export function solveSymmetric(
  matrix: readonly (readonly number[])[],
  right: readonly number[],
): readonly number[] {
  const size = right.length;
  const lower = right.map(() => new Float64Array(size));
  const at = (row: number, column: number): number => lower[row]?.[column] ?? 0;
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column <= row; column += 1) {
      let sum = matrix[row]?.[column] ?? 0;
      for (let inner = 0; inner < column; inner += 1) sum -= at(row, inner) * at(column, inner);
      const line = lower[row];
      if (line === undefined) continue;
      const pivot = at(column, column);
      line[column] = row === column ? Math.sqrt(Math.max(0, sum)) : pivot > 0 ? sum / pivot : 0;
    }
  }
  const forward: number[] = [];
  for (let row = 0; row < size; row += 1) {
    let sum = right[row] ?? 0;
    for (let column = 0; column < row; column += 1) sum -= at(row, column) * (forward[column] ?? 0);
    forward.push(at(row, row) > 0 ? sum / at(row, row) : 0);
  }
  const solution = right.map(() => 0);
  for (let row = size - 1; row >= 0; row -= 1) {
    let sum = forward[row] ?? 0;
    for (let below = row + 1; below < size; below += 1)
      sum -= at(below, row) * (solution[below] ?? 0);
    solution[row] = at(row, row) > 0 ? sum / at(row, row) : 0;
  }
  return solution;
}
