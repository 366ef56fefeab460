import type { Rival } from "./rival.ts";

const WINDOW_POINTS = 6400;
const STEP_POINTS = 100;

/** NAB's baseline: how improbable is the value under a normal distribution of a window, renewed every 100 points? */
export const windowedGaussian: Rival = {
  name: "windowed Gaussian",
  score(values) {
    const scores = new Float64Array(values.length);
    let mean = 0;
    let deviation = 1;
    for (const [index, value] of values.entries()) {
      if (index > 0 && index % STEP_POINTS === 0) {
        const window = values.slice(Math.max(0, index - WINDOW_POINTS), index);
        mean = window.reduce((sum, each) => sum + each, 0) / window.length;
        const variance = window.reduce((sum, each) => sum + (each - mean) ** 2, 0) / window.length;
        deviation = Math.max(Math.sqrt(variance), 1e-6);
      }
      scores[index] = index < STEP_POINTS ? 0 : Math.abs(value - mean) / deviation;
    }
    return scores;
  },
};
