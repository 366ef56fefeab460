import type { Memory } from "./memory.ts";

/*
 * The budget of false alarms. How often a day news was at least as surprising in the past is counted in a fading
 * histogram, its tail continued as exponential (peaks over a threshold: A. Siffer, P.-A. Fouque, A. Termier,
 * C. Largouet, "Anomaly detection in streams with extreme value theory", KDD 2017). An alarm is news that comes less often
 * than the budget allows. As no model of the past binds the future, alarms are paid for as well: each one adds 1 to a
 * debt, which the days pay back at the budget's rate, and each unit of debt makes the next alarm ten times as hard
 * (feedback as in I. Gibbs and E. Candès, "Adaptive conformal inference under distribution shift", NeurIPS 2021). Beyond
 * MOST_DEBT there is none at all: T days hold at most budget x T + MOST_DEBT alarms, whatever the series does.
 */
const BINS = 64;
const BIN_WIDTH = 0.2;
const MEMORY_POINTS = 100_000;
const FADE_EVERY_POINTS = 256;
const FADE = Math.exp(-FADE_EVERY_POINTS / MEMORY_POINTS);
/** As many of the greatest as the tail is fitted to. */
const TAIL_COUNT = 10;
/** No tail is believed to be lighter than that of a uniform p-value. */
const LEAST_MEAN_EXCESS = 1 / Math.LN10;
const MOST_DEBT = 6;
const DAY_MS = 86_400_000;

export interface AlarmBudget {
  /** Lets `passedMs` pass, counts the news, and says whether it is worth an alarm, which is taken from the budget. */
  next(news: number, passedMs: number, mayAlarm: boolean): boolean;
}

export function createAlarmBudget(memory: Memory, alarmsPerDay: number): AlarmBudget {
  const counts = memory.floats(BINS);
  /** Days observed, faded as the counts are; debt; points since the last fading. */
  const cells = memory.doubles(3);
  const at = (bin: number): number => counts[bin] ?? 0;

  return {
    next(news, passedMs, mayAlarm) {
      const days = passedMs / DAY_MS;
      const debt = Math.max(0, (cells[1] ?? 0) - alarmsPerDay * days);
      cells[0] = (cells[0] ?? 0) + days;
      cells[1] = debt;
      cells[2] = (cells[2] ?? 0) + 1;
      if (cells[2] >= FADE_EVERY_POINTS) fade();
      if (news <= 0) return false;
      const isPayable = mayAlarm && debt + 1 <= MOST_DEBT;
      const isAlarm = isPayable && ratePerDay(news) <= alarmsPerDay * 10 ** -Math.max(0, debt - 1);
      if (isAlarm) cells[1] = debt + 1;
      counts[binOf(news)] = at(binOf(news)) + 1;
      return isAlarm;
    },
  };

  /** How many a day of this height or more are to be expected. */
  function ratePerDay(height: number): number {
    const bin = binOf(height);
    let above = 0.5;
    for (let each = BINS - 1; each >= bin; each -= 1) above += at(each);
    const expected = above > 2 ? above : Math.min(above, tailCount(height));
    return expected / Math.max(cells[0] ?? 0, Number.MIN_VALUE);
  }

  function tailCount(height: number): number {
    let count = 0;
    let sum = 0;
    let bin = BINS - 1;
    for (; bin >= 0 && count < TAIL_COUNT; bin -= 1) {
      count += at(bin);
      sum += at(bin) * (bin + 0.5) * BIN_WIDTH;
    }
    const threshold = (bin + 1) * BIN_WIDTH;
    const meanExcess = count === 0 ? 0 : sum / count - threshold;
    return count * Math.exp((threshold - height) / Math.max(LEAST_MEAN_EXCESS, meanExcess));
  }

  function fade(): void {
    for (let bin = 0; bin < BINS; bin += 1) counts[bin] = at(bin) * FADE;
    cells[0] = (cells[0] ?? 0) * FADE;
    cells[2] = 0;
  }
}

function binOf(height: number): number {
  return Math.min(BINS - 1, Math.floor(height / BIN_WIDTH));
}
