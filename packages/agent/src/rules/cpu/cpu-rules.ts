import type { Finding } from "@streamgate/core";
import type { Observation } from "../../samplers/observation.ts";
import type { GrowthCriteria } from "../growth/judge-growth.ts";
import { LeakWatch } from "../growth/leak-watch.ts";
import { sayNumber, sayShare } from "../quantities.ts";
import { adviseOn, estimated, measured, type Rule, type RuleContext } from "../rule.ts";

const WINDOW_MS = 60_000;
const FEWEST_OBSERVATIONS = 20;
const SATURATED = 0.85;
const SATURATED_HIGH = 0.95;
const THROTTLED = 0.05;
const THROTTLED_HIGH = 0.25;
/** One point of the trend: the mean of a minute. */
const TREND_BUCKET_MS = 60_000;

/** What the use of the processor must show to be called rising. */
const CPU_CRITERIA: GrowthCriteria = {
  fewestPoints: 16,
  shortestMs: 15 * 60_000,
  significance: 0.001,
  leastRise: 0.1,
  leastRelativeRise: 0.3,
  leastSignalToNoise: 4,
  leastLaterRate: 0.6,
  leastShareBesideSteps: 0.35,
};

/** Watches the processor: used up, held back by the quota, or rising without end. */
export function cpuRule(context: RuleContext): Rule {
  const trend = new LeakWatch(CPU_CRITERIA);
  let bucket: number[] = [];
  let bucketEndsMs: number | undefined;
  const unsubscribe = context.observations.subscribe({
    onObservation: ({ atMs, cpu }) => {
      if (cpu === undefined) return;
      bucketEndsMs ??= atMs + TREND_BUCKET_MS;
      bucket.push(cpu.utilization);
      if (atMs < bucketEndsMs) return;
      trend.add({ atMs, value: meanOf(bucket), load: 0 });
      bucket = [];
      bucketEndsMs = atMs + TREND_BUCKET_MS;
    },
  });
  return {
    name: "cpu",
    intervalMs: 5000,
    look: () => {
      const sinceMs = context.clock.monotonicMs() - WINDOW_MS;
      const observations = context.observations.observations(sinceMs);
      return [
        ...saturation(context, observations),
        ...throttling(context, observations),
        ...rising(context, trend),
      ];
    },
    stop: unsubscribe,
  };
}

/** The process uses all that it may. */
function saturation(
  context: RuleContext,
  observations: readonly Observation[],
): readonly Finding[] {
  const readings = observations.flatMap(({ cpu }) => (cpu === undefined ? [] : [cpu]));
  const last = readings.at(-1);
  if (last === undefined || readings.length < FEWEST_OBSERVATIONS) return [];
  const share = meanOf(readings.map(({ utilization }) => utilization));
  if (share < SATURATED) return [];
  return [
    adviseOn(context, {
      kind: "cpu/saturated",
      what: "process",
      severity: share >= SATURATED_HIGH ? "high" : "medium",
      summary: `The process used ${sayShare(share)} of the ${sayNumber(last.cores)} cores that it may use over the last minute`,
      remedy:
        "Take a CPU profile to see what for; then do less, cache it, or start more instances.",
      evidence: [
        measured(context, "use of the cores", share, "ratio", "process.cpuUsage"),
        measured(context, "cores it may use", last.cores, "cores", "cgroup or host"),
      ],
    }),
  ];
}

/** The kernel holds the process back, though the machine may be idle: the quota of its cgroup is used up in parts of each period. */
function throttling(
  context: RuleContext,
  observations: readonly Observation[],
): readonly Finding[] {
  const readings = observations.flatMap(({ atMs, cpu }) =>
    cpu?.throttledSeconds === undefined
      ? []
      : [{ atMs, cores: cpu.cores, seconds: cpu.throttledSeconds, share: cpu.utilization }],
  );
  const first = readings[0];
  const last = readings.at(-1);
  if (first === undefined || last === undefined || readings.length < FEWEST_OBSERVATIONS) return [];
  const throttledShare = (last.seconds - first.seconds) / ((last.atMs - first.atMs) / 1000);
  if (throttledShare < THROTTLED) return [];
  const used = meanOf(readings.map(({ share }) => share));
  return [
    adviseOn(context, {
      kind: "cpu/throttled",
      what: "quota",
      severity: throttledShare >= THROTTLED_HIGH ? "high" : "medium",
      summary: `The quota of ${sayNumber(last.cores)} cores stopped threads of this process for ${sayShare(throttledShare)} of the last minute, at ${sayShare(used)} average use`,
      remedy:
        used < SATURATED
          ? "Raise the CPU limit (or take it away and keep the request): the load comes in bursts. Fewer threads at once help too: UV_THREADPOOL_SIZE, worker pools, and --single-threaded-gc where V8's helpers use up the quota."
          : "Raise the CPU limit or start more instances: the quota is used up on average, too.",
      evidence: [
        measured(context, "time stopped by the quota", throttledShare, "ratio", "cgroup cpu.stat"),
        measured(context, "use of the quota", used, "ratio", "process.cpuUsage"),
        measured(context, "quota", last.cores, "cores", "cgroup cpu.max"),
      ],
    }),
  ];
}

function rising(context: RuleContext, { state }: LeakWatch): readonly Finding[] {
  if (state.kind !== "leaking") return [];
  const { growth } = state;
  return [
    adviseOn(context, {
      kind: "cpu/rising",
      what: "trend",
      severity: growth.endValue >= SATURATED ? "high" : "medium",
      summary: `CPU use rises by ${sayShare(growth.perHour.point)} of its cores an hour without end: from ${sayShare(growth.startValue)} to ${sayShare(growth.endValue)}`,
      remedy:
        "Compare CPU profiles of early and late: work that grows with age is often a scan of a collection that only grows, or timers and listeners that pile up.",
      evidence: [
        measured(context, "use at the window's end", growth.endValue, "ratio", "process.cpuUsage"),
        estimated(context, "rise an hour", growth.perHour.point, "ratio", "Theil–Sen"),
        estimated(
          context,
          "chance of such a rise without a trend",
          growth.pValue,
          "ratio",
          "Mann–Kendall, Hamed–Rao",
        ),
      ],
    }),
  ];
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
