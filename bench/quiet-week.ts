// Does a week in which nothing is wrong wake anybody, and how soon is somebody woken when something is?
//
// Four simulated services with everything that happens to healthy ones (rhythm, bursts, single errors and small bunches, collections,
// deploys with cold caches, nightly work), a second at a time through the rules that ship, STREAMGATE_BENCH_SEEDS (2) times; in every other
// week the monitor is not told of deploys. Then errors of 2 to 100 % and slow responses at 0.1 to 200 requests a second, STREAMGATE_BENCH_TRIALS
// (20) each, beside what others do with the same requests. All in simulated time: the way from an alert to its receiver is `fault-to-alert`.
import { isPage } from "@streamgate/monitor";
import type { Bench, BenchRow } from "./contract.ts";
import {
  type Delays,
  measureErrorDelays,
  measureLatencyDelays,
  quantileOf,
} from "./quiet-week/detection-delays.ts";
import { replayHealthyWeek } from "./quiet-week/healthy-week.ts";
import { rivalsAt } from "./quiet-week/rivals.ts";
import { libraryVersions } from "./support/versions.ts";

const MOST_PAGES_A_WEEK = 1;

export const bench: Bench = {
  async measure(tell) {
    const seeds = Array.from({ length: numberFrom("SEEDS", 2) }, (_, index) => index + 1);
    const weeks = seeds.map((seed) => quietWeek(seed, tell));
    const trials = numberFrom("TRIALS", 20);
    const delays = [...measureErrorDelays(trials, tell), ...measureLatencyDelays(trials, tell)];
    const worst = Math.max(...weeks.map((week) => week.get("streamgate") ?? 0));
    return {
      versions: await libraryVersions([]),
      rows: [...rowsOfWeeks(weeks), ...delays.flatMap((each) => rowsOfDelay(each, delays))],
      verdict: {
        goal: `at most ${MOST_PAGES_A_WEEK} false page in a quiet week`,
        value: `${worst} in the worst of ${seeds.length} weeks`,
        met: worst <= MOST_PAGES_A_WEEK,
      },
    };
  },
};

type Counts = ReadonlyMap<string, number>;

/** False pages of everybody, and our tickets. */
function quietWeek(seed: number, tell: (line: string) => void): Counts {
  const tellsDeploys = seed % 2 === 1;
  const { transitions, logs, points } = replayHealthyWeek(seed, tellsDeploys);
  const firing = transitions.filter(({ state }) => state === "firing");
  const pages = firing.filter(({ severity }) => isPage(severity));
  tell(
    `week ${seed}, ${tellsDeploys ? "told of deploys" : "not told of deploys"}: ${points} points, ${pages.length} pages, ${firing.length - pages.length} tickets`,
  );
  for (const { atMs, ruleName, summary } of firing)
    tell(`  ${new Date(atMs).toISOString()} ${ruleName}: ${summary}`);
  const rivals = rivalsAt(seed).map(({ subject, alertsAt }): [string, number] => [
    subject,
    logs.reduce((sum, log) => sum + alertsAt(log).length, 0),
  ]);
  return new Map([
    ["streamgate", pages.length],
    ["streamgate, tickets", firing.length - pages.length],
    ...rivals,
  ]);
}

function rowsOfWeeks(weeks: readonly Counts[]): readonly BenchRow[] {
  return [...(weeks[0]?.keys() ?? [])].map((subject) => {
    const counts = weeks.map((week) => week.get(subject) ?? 0);
    const ours = weeks.map((week) => week.get("streamgate") ?? 0);
    return {
      subject,
      metric: "alerts in a quiet week of four services",
      unit: "alerts",
      median: quantileOf(counts, 0.5),
      best: Math.min(...counts),
      ratio: (1 + quantileOf(counts, 0.5)) / (1 + quantileOf(ours, 0.5)),
    };
  });
}

function rowsOfDelay(
  { subject, fault, requestsPerSecond, seconds }: Delays,
  all: readonly Delays[],
): readonly BenchRow[] {
  const ours =
    all.find(
      (each) =>
        each.subject === "streamgate" &&
        each.fault === fault &&
        each.requestsPerSecond === requestsPerSecond,
    )?.seconds ?? seconds;
  const row = (name: string, share: number): BenchRow => ({
    subject,
    metric: `${fault} at ${requestsPerSecond}/s, fault to alert, ${name}`,
    unit: "s",
    median: quantileOf(seconds, share),
    best: Math.min(...seconds),
    ratio: quantileOf(seconds, share) / quantileOf(ours, share),
  });
  return [row("median", 0.5), row("95th percentile", 0.95)];
}

function numberFrom(name: string, otherwise: number): number {
  const value = Number(process.env[`STREAMGATE_BENCH_${name}`] ?? otherwise);
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`STREAMGATE_BENCH_${name} is not a whole number above 0`);
}
