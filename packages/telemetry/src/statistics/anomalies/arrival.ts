import type { Memory } from "./memory.ts";

/** How a point came: in its turn, behind a gap (or a jump of the clock), or too late to be of use. */
type Arrival = "in-turn" | "fresh" | "late";

/** Longer than so many usual steps is a gap. */
const GAP_STEPS = 10;
/** So many points in a row before the latest: the clock was set back, they are not late. */
const CLOCK_JUMP_POINTS = 3;
/** The usual step follows what is seen at this rate. */
const STEP_RATE = 0.02;
/** A gap lets the usual step grow by this. */
const STEP_GROWTH = 1.3;
/** No gap silences a series for more points. */
const MOST_UNSETTLED_POINTS = 300;

/** What the cells hold. */
const LATEST = 0;
const STEP = 1;
const BACKWARD = 2;
const HAS_LATEST = 3;
const PASSED = 4;
const LAST_BACKWARD = 5;
const UNSETTLED = 6;
const CELLS = 7;

/** Watches the time of the points: learns their usual step, tells gaps, late and repeated ones, and jumps of the clock. */
export interface ArrivalWatch {
  next(atMs: number): Arrival;
  /** Time that passed with the last point, a gap counted as one step. */
  passedMs(): number;
  /** False behind a gap, for as many points as were missed: what was learnt before may no longer hold. */
  isSettled(): boolean;
}

export function createArrivalWatch(memory: Memory): ArrivalWatch {
  const cells = memory.doubles(CELLS);
  const cell = (at: number): number => cells[at] ?? 0;

  const beginAnew = (atMs: number, unsettledPoints: number): Arrival => {
    cells[LATEST] = atMs;
    cells[BACKWARD] = 0;
    cells[HAS_LATEST] = 1;
    cells[PASSED] = cell(STEP);
    cells[UNSETTLED] = unsettledPoints;
    return "fresh";
  };

  const backward = (atMs: number): Arrival => {
    const goesOn = cell(BACKWARD) === 0 || atMs > cell(LAST_BACKWARD);
    cells[BACKWARD] = goesOn && atMs < cell(LATEST) ? cell(BACKWARD) + 1 : 0;
    cells[LAST_BACKWARD] = atMs;
    return cell(BACKWARD) >= CLOCK_JUMP_POINTS ? beginAnew(atMs, MOST_UNSETTLED_POINTS) : "late";
  };

  return {
    next(atMs) {
      if (cell(HAS_LATEST) === 0) return beginAnew(atMs, 0);
      const passedMs = atMs - cell(LATEST);
      if (passedMs <= 0) return backward(atMs);
      const stepMs = cell(STEP);
      if (stepMs > 0 && passedMs > GAP_STEPS * stepMs) {
        // A series whose steps stay longer has no gaps: it is followed within a few points.
        cells[STEP] = stepMs * STEP_GROWTH;
        return beginAnew(atMs, Math.min(MOST_UNSETTLED_POINTS, passedMs / stepMs));
      }
      cells[STEP] = stepMs === 0 ? passedMs : stepMs + STEP_RATE * (passedMs - stepMs);
      cells[LATEST] = atMs;
      cells[BACKWARD] = 0;
      cells[PASSED] = passedMs;
      cells[UNSETTLED] = Math.max(0, cell(UNSETTLED) - 1);
      return "in-turn";
    },
    passedMs: () => cell(PASSED),
    isSettled: () => cell(UNSETTLED) === 0,
  };
}
