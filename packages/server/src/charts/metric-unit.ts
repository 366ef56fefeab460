/** How the values of a metric are shown, by the end of its name: the base units of OpenMetrics. */
export interface MetricUnit {
  readonly unit: string;
  /** What values are multiplied by. */
  readonly scale: number;
}

const BY_SUFFIX: readonly (readonly [string, MetricUnit])[] = [
  ["_seconds", { unit: "ms", scale: 1_000 }],
  ["_bytes", { unit: "bytes", scale: 1 }],
  ["_ratio", { unit: "ratio", scale: 1 }],
];
const COUNT: MetricUnit = { unit: "count", scale: 1 };

function unitOfMetric(name: string): MetricUnit {
  const bare = name.replace(/_total$/, "");
  return BY_SUFFIX.find(([suffix]) => bare.endsWith(suffix))?.[1] ?? COUNT;
}

/** Events are counted, whatever is measured of each; a rate of bytes or seconds keeps its unit. */
export function unitOfStatistic(
  name: string,
  kind: "counter" | "gauge" | "histogram",
  statistic: string,
): MetricUnit {
  const ofMetric = unitOfMetric(name);
  if (kind === "gauge") return ofMetric;
  if (statistic === "rate")
    return kind === "histogram" || ofMetric.unit === "count"
      ? { unit: "per second", scale: 1 }
      : { unit: `${ofMetric.unit} per second`, scale: ofMetric.scale };
  if (statistic === "increase" && kind === "histogram") return COUNT;
  return ofMetric;
}
