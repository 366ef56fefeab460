import { probationOf, type Rival } from "./rival.ts";

const WINDOW_POINTS = 19;
const NEIGHBOURS = 27;
/** Behind an alarm the score rests, as in the authors' entry to NAB. */
const ALARM = 0.9965;
const RESTING = 0.5;
const REST_SHARE = 1 / 5;

/*
 * KNN-CAD: E. Burnaev and V. Ishimtsev, "Conformalized density- and distance-based anomaly detection in time-series data" (2016). Windows
 * of the series are points in space; a new one is as strange as its nearest neighbours among the reference windows are far by Mahalanobis'
 * distance; the score is the share of the calibration's windows that were less strange. Constants are those of the authors' entry to NAB.
 */
export const knnCad: Rival = {
  name: "KNN-CAD",
  score(values) {
    const probation = probationOf(values.length);
    const scores = new Float64Array(values.length);
    const windowAt = (end: number): readonly number[] =>
      values.slice(end - WINDOW_POINTS + 1, end + 1);
    let reference: (readonly number[])[] = [];
    for (let end = WINDOW_POINTS - 1; end < probation; end += 1) reference.push(windowAt(end));
    if (reference.length <= NEIGHBOURS) return scores;
    let whiten = whitening(reference);
    let whitened = reference.map(whiten);
    let calibration = whitened.map((each) => sumOfNearest(whitened, each, NEIGHBOURS + 1));
    const waiting: (readonly number[])[] = [];
    let rest = 0;
    for (let end = probation; end < values.length; end += 1) {
      if (end % probation === 0 || end % probation === Math.floor(probation / 2)) {
        whiten = whitening(reference);
        whitened = reference.map(whiten);
      }
      const window = windowAt(end);
      const strangeness = sumOfNearest(whitened, whiten(window), NEIGHBOURS);
      let less = 0;
      for (const past of calibration) if (past < strangeness) less += 1;
      const score = less / calibration.length;
      scores[end] = rest > 0 ? RESTING : score;
      if (rest > 0) rest -= 1;
      else if (score >= ALARM) rest = Math.floor(probation * REST_SHARE);
      calibration = [...calibration.slice(1), strangeness];
      waiting.push(window);
      if (end < 2 * probation) continue;
      const oldest = waiting.shift() ?? window;
      reference = [...reference.slice(1), oldest];
      whitened = [...whitened.slice(1), whiten(oldest)];
    }
    return scores;
  },
};

function sumOfNearest(
  reference: readonly Float64Array[],
  point: Float64Array,
  neighbours: number,
): number {
  const nearest = new Float64Array(neighbours).fill(Number.POSITIVE_INFINITY);
  for (const other of reference) {
    let squared = 0;
    const farthest = nearest[neighbours - 1] ?? 0;
    for (let axis = 0; axis < WINDOW_POINTS && squared < farthest; axis += 1)
      squared += ((other[axis] ?? 0) - (point[axis] ?? 0)) ** 2;
    if (squared >= farthest) continue;
    let place = neighbours - 1;
    for (; place > 0 && (nearest[place - 1] ?? 0) > squared; place -= 1)
      nearest[place] = nearest[place - 1] ?? 0;
    nearest[place] = squared;
  }
  return nearest.reduce((sum, squared) => sum + squared, 0);
}

/** Makes Mahalanobis' distance Euclid's: solves with the Cholesky factor of the windows' covariance. */
function whitening(
  windows: readonly (readonly number[])[],
): (window: readonly number[]) => Float64Array {
  const size = WINDOW_POINTS;
  const covariance = Array.from({ length: size }, (_, row) =>
    Array.from(
      { length: size },
      (__, column) =>
        windows.reduce((sum, window) => sum + (window[row] ?? 0) * (window[column] ?? 0), 0) /
        windows.length,
    ),
  );
  const trace = covariance.reduce((sum, row, index) => sum + (row[index] ?? 0), 0);
  const factor = covariance.map(() => new Float64Array(size));
  for (let row = 0; row < size; row += 1) {
    for (let column = 0; column <= row; column += 1) {
      let sum = covariance[row]?.[column] ?? 0;
      if (row === column) sum += 1e-9 * trace + 1e-12;
      for (let inner = 0; inner < column; inner += 1)
        sum -= (factor[row]?.[inner] ?? 0) * (factor[column]?.[inner] ?? 0);
      const target = factor[row];
      if (target === undefined) continue;
      target[column] =
        row === column ? Math.sqrt(Math.max(sum, 1e-12)) : sum / (factor[column]?.[column] ?? 1);
    }
  }
  return (window) => {
    const solved = new Float64Array(size);
    for (const [row, line] of factor.entries()) {
      let sum = window[row] ?? 0;
      for (let column = 0; column < row; column += 1)
        sum -= (line[column] ?? 0) * (solved[column] ?? 0);
      solved[row] = sum / (line[row] ?? 1);
    }
    return solved;
  };
}
