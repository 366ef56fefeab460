import { badAnomalyOption } from "./errors.ts";

/** How a detector watches one series. */
export interface AnomalyOptions {
  /**
   * At most so many alarms a day in the long run, whatever the series does: from 0.001 to 1,000.
   * @default 0.1
   */
  readonly falseAlarmsPerDay?: number;
  /**
   * Cycles that are learnt, in ms, at most four. A series without times: hand in the number
   * of the point times the step that it stands for.
   * @default [86_400_000, 604_800_000]: a day and a week
   */
  readonly seasonsMs?: readonly number[];
  /**
   * No alarm before so many points: 30 or more.
   * @default 300
   */
  readonly warmUpPoints?: number;
}

const DAY_MS = 86_400_000;

const DEFAULTS: Required<AnomalyOptions> = {
  falseAlarmsPerDay: 0.1,
  seasonsMs: [DAY_MS, 7 * DAY_MS],
  warmUpPoints: 300,
};

const LEAST_ALARMS = 0.001;
const MOST_ALARMS = 1000;
const MOST_SEASONS = 4;
const LEAST_WARM_UP = 30;

export function resolveAnomalyOptions(options: AnomalyOptions = {}): Required<AnomalyOptions> {
  const resolved = { ...DEFAULTS, ...options };
  const { falseAlarmsPerDay, seasonsMs, warmUpPoints } = resolved;
  if (!(falseAlarmsPerDay >= LEAST_ALARMS && falseAlarmsPerDay <= MOST_ALARMS)) {
    const wanted = `a number from ${LEAST_ALARMS} to ${MOST_ALARMS}`;
    throw badAnomalyOption("falseAlarmsPerDay", falseAlarmsPerDay, wanted);
  }
  if (seasonsMs.length > MOST_SEASONS || !seasonsMs.every((ms) => Number.isFinite(ms) && ms > 0))
    throw badAnomalyOption("seasonsMs", seasonsMs, `at most ${MOST_SEASONS} times above 0 ms`);
  if (!Number.isInteger(warmUpPoints) || warmUpPoints < LEAST_WARM_UP)
    throw badAnomalyOption("warmUpPoints", warmUpPoints, `a whole number from ${LEAST_WARM_UP}`);
  return resolved;
}
