/** Requests of each second, as columns. */
export interface RequestLog {
  readonly all: Float64Array;
  readonly failed: Float64Array;
}

/** A way to find faults in counters that are scraped now and then. */
export interface Rival {
  readonly subject: string;
  /** The seconds at which it began to fire. */
  readonly alertsAt: (log: RequestLog) => readonly number[];
}

interface Scraping {
  readonly scrapeSeconds: number;
  readonly evaluateSeconds: number;
  /** Where the scrapes fall; faults begin at no particular time of theirs. */
  readonly phase: number;
}

type ShareOver = (at: number, windowSeconds: number) => number;

/**
 * What others do with the same requests: Prometheus with a share of errors over one minute above 1 %, as the documentation
 * shows it (15 s, for 1 min) and tuned to be fast (5 s, for 10 s); and the pages of the SRE workbook for 99.9 %.
 */
export function rivalsAt(trial: number): readonly Rival[] {
  const usual = { scrapeSeconds: 15, evaluateSeconds: 15, phase: trial % 15 };
  const tuned = { scrapeSeconds: 5, evaluateSeconds: 5, phase: trial % 5 };
  const overOneMinute = (share: ShareOver, at: number): boolean => share(at, 60) > 0.01;
  const burning = (share: ShareOver, at: number): boolean =>
    (share(at, 3600) > 0.0144 && share(at, 300) > 0.0144) ||
    (share(at, 21_600) > 0.006 && share(at, 1800) > 0.006);
  return [
    rival("errors of 1 min above 1 %, for 1 min, every 15 s", usual, 60, overOneMinute),
    rival("errors of 1 min above 1 %, for 10 s, every 5 s", tuned, 10, overOneMinute),
    rival("burn rates of 14.4 and 6 alone, every 15 s", usual, 0, burning),
  ];
}

function rival(
  subject: string,
  scraping: Scraping,
  forSeconds: number,
  holds: (share: ShareOver, at: number) => boolean,
): Rival {
  const { phase, evaluateSeconds } = scraping;
  return {
    subject,
    alertsAt(log) {
      const share = shareOver(log, scraping);
      const alerts: number[] = [];
      let since: number | undefined;
      let isFiring = false;
      for (let at = phase; at <= log.all.length; at += evaluateSeconds) {
        if (!holds(share, at)) {
          since = undefined;
          isFiring = false;
          continue;
        }
        since ??= at;
        if (!isFiring && at - since >= forSeconds) {
          isFiring = true;
          alerts.push(at);
        }
      }
      return alerts;
    },
  };
}

/** Share of failed requests over a window, as of the last scrape; NaN without requests, as in PromQL. */
function shareOver(log: RequestLog, { scrapeSeconds, phase }: Scraping): ShareOver {
  const all = cumulative(log.all);
  const failed = cumulative(log.failed);
  return (at, windowSeconds) => {
    const last = Math.floor((at - phase) / scrapeSeconds) * scrapeSeconds + phase;
    const first = Math.max(0, last - windowSeconds);
    const over = (sums: Float64Array): number => (sums[last] ?? 0) - (sums[first] ?? 0);
    return over(failed) / over(all);
  };
}

/** `sums[n]`: what happened before second n. */
function cumulative(values: Float64Array): Float64Array {
  const sums = new Float64Array(values.length + 1);
  for (const [index, value] of values.entries()) sums[index + 1] = (sums[index] ?? 0) + value;
  return sums;
}
