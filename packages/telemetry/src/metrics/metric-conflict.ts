import type { MetricDefinition } from "./definition.ts";
import type { Metric } from "./metric.ts";
import type { MetricKind } from "./metric-family.ts";

/** Names under which the text formats show a metric of each kind. */
const SHOWN_SUFFIXES: Readonly<Record<MetricKind, readonly string[]>> = {
  counter: ["", "_total", "_created"],
  gauge: [""],
  histogram: ["", "_bucket", "_sum", "_count", "_created"],
};

/** In what a definition differs from the metric that has its name; undefined where both say the same. */
export function differenceBetween(
  known: Metric<readonly string[], unknown>,
  kind: MetricKind,
  definition: MetricDefinition,
): string | undefined {
  if (known.kind !== kind) return `there is a ${known.kind} of this name`;
  const { unit = "", labelNames = [] } = definition;
  const knownUnit = known.definition.unit ?? "";
  if (knownUnit !== unit) return `it is there with the unit ${JSON.stringify(knownUnit)}`;
  const isSame =
    labelNames.length === known.labelNames.length &&
    labelNames.every((name, position) => name === known.labelNames[position]);
  return isSame ? undefined : `it is there with the labels (${known.labelNames.join(", ")})`;
}

/** Another metric that would be shown under one of this one's names. */
export function nameClash(
  metrics: ReadonlyMap<string, Metric<readonly string[], unknown>>,
  kind: MetricKind,
  name: string,
): string | undefined {
  const shown = new Set(SHOWN_SUFFIXES[kind].map((suffix) => name + suffix));
  for (const [other, { kind: otherKind }] of metrics) {
    const clash = SHOWN_SUFFIXES[otherKind].find((suffix) => shown.has(other + suffix));
    if (clash !== undefined) return `${other} is shown as ${other}${clash}, as this one would be`;
  }
  return undefined;
}
