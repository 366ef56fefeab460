import { formatDuration } from "@streamgate/core";

/** A logarithmic axis of milliseconds, from left to right. */
export interface LogAxis {
  readonly lowMs: number;
  readonly highMs: number;
  /** Column of a time. */
  x(ms: number): number;
  readonly ticks: readonly { readonly x: number; readonly label: string }[];
}

const LEAST_MS = 0.001;
const SMALLEST_SPAN = 3;

/** An axis over all the times, a little wider than they are. */
export function logAxis(
  timesMs: readonly number[],
  left: number,
  right: number,
  mostTicks: number = 7,
): LogAxis {
  const positive = timesMs.filter((ms) => Number.isFinite(ms)).map((ms) => Math.max(ms, LEAST_MS));
  const least = positive.length === 0 ? 1 : Math.min(...positive);
  const most = positive.length === 0 ? 10 : Math.max(...positive);
  const widening = Math.sqrt(Math.max(SMALLEST_SPAN / (most / least), 1));
  const lowMs = (least / widening) * 0.85;
  const highMs = most * widening * 1.18;
  const span = Math.log(highMs / lowMs);
  const x = (ms: number): number =>
    left + ((right - left) * Math.log(Math.max(ms, LEAST_MS) / lowMs)) / span;
  const ticks = niceTimes(lowMs, highMs, mostTicks).map((ms) => ({
    x: x(ms),
    label: formatDuration(ms),
  }));
  return { lowMs, highMs, x, ticks };
}

/** Powers of ten, with their doubles and halves where there is room. */
function niceTimes(lowMs: number, highMs: number, mostTicks: number): readonly number[] {
  for (const steps of [[1, 2, 5], [1, 3], [1]]) {
    const times = timesOf(steps, lowMs, highMs);
    if (times.length <= mostTicks) return times;
  }
  const decades = timesOf([1], lowMs, highMs);
  return decades.filter((_, index) => index % 2 === 0);
}

function timesOf(steps: readonly number[], lowMs: number, highMs: number): readonly number[] {
  const times: number[] = [];
  for (let decade = Math.floor(Math.log10(lowMs)); 10 ** decade <= highMs; decade += 1) {
    for (const step of steps) {
      const ms = step * 10 ** decade;
      if (ms >= lowMs && ms <= highMs) times.push(ms);
    }
  }
  return times;
}
