import type { Labels } from "@streamgate/telemetry";
import { canonicalKey } from "../series/canonical-key.ts";
import type { ClassicHistogram } from "../series/classic-histogram.ts";
import { badExposition } from "./errors.ts";
import { parseSample, type Sample } from "./parse-sample.ts";
import type { CumulativeSeries } from "./reading.ts";

/** What `# TYPE` says. */
type ExposedType = "counter" | "gauge" | "histogram" | "summary" | "other";

const TYPES: ReadonlyMap<string, ExposedType> = new Map<string, ExposedType>([
  ["counter", "counter"],
  ["gauge", "gauge"],
  ["histogram", "histogram"],
  ["summary", "summary"],
]);

/** Names that a family's samples have beside its own. */
const SUFFIXES = ["_total", "_bucket", "_sum", "_count", "_created"] as const;

/** A classic histogram while its samples come in, which may be in any order. */
interface OpenHistogram {
  readonly name: string;
  readonly labels: Labels;
  readonly buckets: Map<number, number>;
  sum: number;
  count: number | undefined;
}

/**
 * Reads the text of a `/metrics` endpoint, Prometheus's format (0.0.4) or OpenMetrics 1.0: counters
 * without `_total`, classic histograms, and of summaries the sum and the count. Timestamps and
 * exemplars are not looked at; what has no type is a gauge.
 *
 * @param limit lines with samples that are read at most; the rest is left out
 * @throws StreamGateError `SG_MONITOR_BAD_EXPOSITION` with the line
 */
export function parseExposition(text: string, limit: number): readonly CumulativeSeries[] {
  const types = new Map<string, ExposedType>();
  const series: CumulativeSeries[] = [];
  const histograms = new Map<string, OpenHistogram>();
  let samples = 0;
  let lineNumber = 0;
  for (const line of linesOf(text)) {
    lineNumber += 1;
    if (line === "") continue;
    if (line.startsWith("#")) {
      noteType(line, types);
      continue;
    }
    samples += 1;
    if (samples > limit) break;
    const sample = parseSample(line);
    if (typeof sample === "string") throw badExposition(lineNumber, sample);
    const family = familyOf(sample.name, types);
    if (family.type === "histogram") addToHistogram(histograms, family.name, family.suffix, sample);
    else {
      const single = singleSeries(sample, family);
      if (single !== undefined) series.push(single);
    }
  }
  return [...series, ...closedHistograms(histograms)];
}

function* linesOf(text: string): Generator<string> {
  let from = 0;
  while (from < text.length) {
    const end = text.indexOf("\n", from);
    const until = end === -1 ? text.length : end;
    yield text.slice(from, until).trim();
    from = until + 1;
  }
}

function noteType(line: string, types: Map<string, ExposedType>): void {
  const [, keyword, name = "", type = ""] = line.split(/\s+/, 4);
  if (keyword === "TYPE") types.set(name, TYPES.get(type) ?? "other");
}

interface Family {
  readonly name: string;
  readonly type: ExposedType;
  readonly suffix: string;
}

/** The family of a sample: that of its own name, or of its name without the suffix. */
function familyOf(name: string, types: ReadonlyMap<string, ExposedType>): Family {
  const suffix = SUFFIXES.find((each) => name.endsWith(each)) ?? "";
  const base = name.slice(0, name.length - suffix.length);
  const ofBase = suffix === "" ? undefined : types.get(base);
  const own = types.get(name);
  if (own !== undefined && own !== "histogram") {
    // The older format names a counter with its `_total`.
    return own === "counter" && suffix === "_total"
      ? { name: base, type: own, suffix }
      : { name, type: own, suffix: "" };
  }
  if (ofBase !== undefined) return { name: base, type: ofBase, suffix };
  return suffix === "_total"
    ? { name: base, type: "counter", suffix }
    : { name, type: "other", suffix: "" };
}

function singleSeries(
  { name, labels, value }: Sample,
  family: Family,
): CumulativeSeries | undefined {
  if (family.suffix === "_created") return undefined;
  if (family.type === "counter") {
    return { name: family.name, labels, value: { kind: "counter", value } };
  }
  const isPartOfSummary =
    family.type === "summary" && (family.suffix === "_sum" || family.suffix === "_count");
  return { name, labels, value: { kind: isPartOfSummary ? "counter" : "gauge", value } };
}

function addToHistogram(
  histograms: Map<string, OpenHistogram>,
  name: string,
  suffix: string,
  sample: Sample,
): void {
  const { le, ...labels } = sample.labels;
  const identity = canonicalKey({ name, labels });
  let open = histograms.get(identity);
  if (open === undefined) {
    open = { name, labels, buckets: new Map(), sum: Number.NaN, count: undefined };
    histograms.set(identity, open);
  }
  if (suffix === "_bucket" && le !== undefined) open.buckets.set(boundOf(le), sample.value);
  else if (suffix === "_sum") open.sum = sample.value;
  else if (suffix === "_count") open.count = sample.value;
}

function boundOf(le: string): number {
  return le === "+Inf" ? Number.POSITIVE_INFINITY : Number(le);
}

function* closedHistograms(
  histograms: ReadonlyMap<string, OpenHistogram>,
): Generator<CumulativeSeries> {
  for (const { name, labels, buckets, sum, count } of histograms.values()) {
    if (count !== undefined) buckets.set(Number.POSITIVE_INFINITY, count);
    const classic = closed(buckets, sum);
    if (classic !== undefined) yield { name, labels, value: { kind: "classic", classic } };
  }
}

/** Nothing where the buckets make no histogram: a bound or a count is no number, or counts fall. */
function closed(buckets: ReadonlyMap<number, number>, sum: number): ClassicHistogram | undefined {
  const sorted = [...buckets].sort(([left], [right]) => left - right);
  const bounds = sorted.map(([bound]) => bound);
  const cumulative = sorted.map(([, count]) => count);
  const isSound =
    bounds.at(-1) === Number.POSITIVE_INFINITY &&
    bounds.every((bound) => !Number.isNaN(bound)) &&
    cumulative.every((count, at) => count >= (cumulative[at - 1] ?? 0));
  return isSound ? { bounds, cumulative, sum } : undefined;
}
