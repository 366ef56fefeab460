import { seededRandom } from "@streamgate/core";
import { createDraws, latencyDraw } from "./draws.ts";
import { firstPageAt } from "./our-pages.ts";
import { type RequestLog, rivalsAt } from "./rivals.ts";

const HEALTHY_SHARE = 0.0003;
/** The burn rates look six hours back. */
const HEALTHY_SECONDS = 6 * 3600;
const OUR_HEALTHY_SECONDS = 900;
const FAULT_SECONDS = 2 * 3600;
const SHARES = [0.02, 0.05, 0.1, 0.5, 1];
const RATES = [0.1, 1, 10, 50, 200];
const SLOW_FACTOR = 15;
const SHAPE = { medianSeconds: 0.035, sigma: 0.5, slowShare: 0.01, slowFactor: 8 };

/** How long one subject took to find one fault, in simulated seconds a trial; `Infinity`: not within two hours. */
export interface Delays {
  readonly subject: string;
  readonly fault: string;
  readonly requestsPerSecond: number;
  readonly seconds: readonly number[];
}

/** Errors of several shares at several rates, for the rules that ship and for what others do with the same requests. */
export function measureErrorDelays(
  trials: number,
  tell: (line: string) => void,
): readonly Delays[] {
  return RATES.flatMap((requestsPerSecond) => {
    tell(`errors at ${requestsPerSecond} requests a second`);
    return SHARES.flatMap((share) => {
      const fault = `${share * 100} % errors`;
      const found = new Map<string, number[]>();
      for (let trial = 0; trial < trials; trial += 1)
        for (const [subject, delay] of delaysOf(requestsPerSecond, share, trial))
          found.set(subject, [...(found.get(subject) ?? []), delay]);
      return [...found].map(([subject, seconds]) => ({
        subject,
        fault,
        requestsPerSecond,
        seconds,
      }));
    });
  });
}

function delaysOf(rate: number, share: number, trial: number): ReadonlyMap<string, number> {
  const log = drawLog(rate, share, trial);
  const draw = latencyDraw(SHAPE, createDraws(seededRandom(trial)));
  const from = HEALTHY_SECONDS - OUR_HEALTHY_SECONDS;
  const page = firstPageAt(OUR_HEALTHY_SECONDS + FAULT_SECONDS, (second) => {
    const failed = log.failed[from + second] ?? 0;
    return {
      succeeded: draw((log.all[from + second] ?? 0) - failed, 1, 0),
      failed: draw(failed, 1, 0),
    };
  });
  const delays = new Map([["streamgate", page - OUR_HEALTHY_SECONDS]]);
  for (const { subject, alertsAt } of rivalsAt(trial)) {
    const alert = alertsAt(log).find((at) => at > HEALTHY_SECONDS) ?? Number.POSITIVE_INFINITY;
    delays.set(subject, alert - HEALTHY_SECONDS);
  }
  return delays;
}

function drawLog(rate: number, share: number, trial: number): RequestLog {
  const draws = createDraws(seededRandom(trial * 7919 + Math.round(rate * 100 + share * 1e6)));
  const seconds = HEALTHY_SECONDS + FAULT_SECONDS;
  const all = Float64Array.from({ length: seconds }, () => draws.poisson(rate));
  const failed = all.map((count, second) =>
    draws.binomial(count, second < HEALTHY_SECONDS ? HEALTHY_SHARE : share),
  );
  return { all, failed };
}

/** A database that becomes slow: all responses take fifteen times as long from one moment on. */
export function measureLatencyDelays(
  trials: number,
  tell: (line: string) => void,
): readonly Delays[] {
  return RATES.map((requestsPerSecond) => {
    tell(`slow responses at ${requestsPerSecond} requests a second`);
    const seconds = Array.from({ length: trials }, (_, trial) => {
      const draws = createDraws(seededRandom(trial + 1));
      const draw = latencyDraw(SHAPE, draws);
      const page = firstPageAt(OUR_HEALTHY_SECONDS + FAULT_SECONDS, (second) => {
        const factor = second < OUR_HEALTHY_SECONDS ? 1 : SLOW_FACTOR;
        return {
          succeeded: draw(draws.poisson(requestsPerSecond), factor, 0),
          failed: draw(0, 1, 0),
        };
      });
      return page - OUR_HEALTHY_SECONDS;
    });
    return {
      subject: "streamgate",
      fault: `latency × ${SLOW_FACTOR}`,
      requestsPerSecond,
      seconds,
    };
  });
}

/** @param share 0 to 1 */
export function quantileOf(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
