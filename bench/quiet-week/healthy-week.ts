import { seededRandom } from "@streamgate/core";
import {
  type AlertTransition,
  type Change,
  createEvaluator,
  defaultRules,
  type SeriesPoint,
} from "@streamgate/monitor";
import { createHealthyService, type ServiceProfile } from "./healthy-service.ts";
import type { RequestLog } from "./rivals.ts";
import type { Moment } from "./service-series.ts";
import { RESPONSES } from "./service-series.ts";

const PROFILES: readonly ServiceProfile[] = [
  {
    name: "catalogue",
    requestsPerSecond: 60,
    dailySwing: 0.6,
    weekendFactor: 1.3,
    errorShare: 0.0003,
    medianSeconds: 0.03,
    instances: 3,
    deploysAWeekday: 2,
    nightlyCpu: 0.1,
    nightlySlowdown: 2,
  },
  {
    name: "accounts",
    requestsPerSecond: 15,
    dailySwing: 0.7,
    weekendFactor: 0.8,
    errorShare: 0.0005,
    medianSeconds: 0.045,
    instances: 2,
    deploysAWeekday: 1.5,
    nightlyCpu: 0.05,
    nightlySlowdown: 2.5,
  },
  {
    name: "back-office",
    requestsPerSecond: 0.5,
    dailySwing: 0.95,
    weekendFactor: 0.1,
    errorShare: 0.0005,
    medianSeconds: 0.08,
    instances: 1,
    deploysAWeekday: 0.5,
    nightlyCpu: 0,
    nightlySlowdown: 3,
  },
  {
    name: "reports",
    requestsPerSecond: 0.1,
    dailySwing: 0.3,
    weekendFactor: 0.5,
    errorShare: 0.0002,
    medianSeconds: 0.12,
    instances: 1,
    deploysAWeekday: 0.3,
    nightlyCpu: 0.55,
    nightlySlowdown: 2,
  },
];

const MONDAY_MS = 1_699_833_600_000;
const WEEK_S = 7 * 86_400;

/** What the rules said about a week on which nothing was wrong. */
export interface WeekResult {
  readonly transitions: readonly AlertTransition[];
  /** Requests of each service, for whoever watches in another way. */
  readonly logs: readonly RequestLog[];
  readonly points: number;
}

/** @param tellsDeploys whether the monitor hears of deploys, or must see the new instances by itself */
export function replayHealthyWeek(
  seed: number,
  tellsDeploys: boolean,
  seconds: number = WEEK_S,
): WeekResult {
  const random = seededRandom(seed);
  const into: Moment = { points: [], nowMs: 0 };
  const changes: Change[] = [];
  const services = PROFILES.map((profile) =>
    createHealthyService(profile, seededRandom(random.integer(2 ** 31)), into, (atMs) => {
      changes.push({
        id: `${profile.name}-${atMs}`,
        kind: "deploy",
        atMs,
        summary: "deploy",
        labels: { service: profile.name },
      });
    }),
  );
  const evaluator = createEvaluator({ rules: defaultRules() });
  const transitions: AlertTransition[] = [];
  const logs = PROFILES.map(() => ({
    all: new Float64Array(seconds),
    failed: new Float64Array(seconds),
  }));
  let points = 0;
  for (let second = 1; second <= seconds; second += 1) {
    into.nowMs = MONDAY_MS + second * 1000;
    into.points.length = 0;
    for (const [index, service] of services.entries()) {
      const first = into.points.length;
      service.step(into.nowMs);
      logRequests(into.points.slice(first), second - 1, logs[index]);
    }
    points += into.points.length;
    if (tellsDeploys && changes.length > 0) evaluator.feedChanges(changes);
    changes.length = 0;
    evaluator.feed(into.points);
    transitions.push(...evaluator.evaluate(into.nowMs));
  }
  return { transitions, logs, points };
}

function logRequests(
  points: readonly SeriesPoint[],
  second: number,
  log: RequestLog | undefined,
): void {
  if (log === undefined) return;
  for (const { key, point } of points) {
    if (key.name !== RESPONSES || point.kind !== "histogram") continue;
    const { count } = point.data;
    log.all[second] = (log.all[second] ?? 0) + count;
    if (key.labels.http_response_status_code === "500")
      log.failed[second] = (log.failed[second] ?? 0) + count;
  }
}
