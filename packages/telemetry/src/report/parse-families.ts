import type { HistogramData } from "../metrics/histogram-data.ts";
import { LAST_BUCKET } from "../metrics/log-linear.ts";
import type { Labels, MetricFamily, MetricKind, SeriesData } from "../metrics/metric-family.ts";
import { badReport } from "./errors.ts";
import {
  choiceOf,
  fieldOf,
  itemsOf,
  type JsonField,
  numberOr,
  textOf,
  wholeNumberOf,
} from "./json-fields.ts";

const MOST_FAMILIES = 10_000;
const MOST_SERIES = 200_000;
const MOST_LABELS = 64;
const KINDS: readonly MetricKind[] = ["counter", "gauge", "histogram"];
const METRIC_NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const LABEL_NAME = /^(?!__)[a-zA-Z_][a-zA-Z0-9_]*$/;

/** The metrics of a report, checked. */
export function parseFamilies(field: JsonField): MetricFamily[] {
  let seriesLeft = MOST_SERIES;
  return itemsOf(field, MOST_FAMILIES).map((item) => {
    const name = textOf(fieldOf(item, "name"));
    if (!METRIC_NAME.test(name)) throw badReport(`${item.path}.name`, "a metric name");
    const kind = choiceOf(fieldOf(item, "kind"), KINDS);
    const series = itemsOf(fieldOf(item, "series"), seriesLeft).map((each) => seriesOf(each, kind));
    seriesLeft -= series.length;
    return {
      name,
      help: textOf(fieldOf(item, "help")),
      kind,
      unit: textOf(fieldOf(item, "unit")),
      series,
    };
  });
}

function seriesOf(field: JsonField, kind: MetricKind): SeriesData {
  const labels = labelsOf(fieldOf(field, "labels"));
  if (kind === "histogram") return { labels, histogram: histogramOf(fieldOf(field, "histogram")) };
  return { labels, value: numberOr(fieldOf(field, "value"), Number.NaN) };
}

function labelsOf({ value, path }: JsonField): Labels {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw badReport(path, "an object");
  const entries: [string, unknown][] = Object.entries(value);
  if (entries.length > MOST_LABELS) throw badReport(path, `at most ${MOST_LABELS} labels`);
  return Object.fromEntries(
    entries.map(([name, text]) => {
      if (!LABEL_NAME.test(name)) throw badReport(`${path}.${name.slice(0, 100)}`, "a label name");
      return [name, textOf({ value: text, path: `${path}.${name}` })];
    }),
  );
}

function histogramOf(field: JsonField): HistogramData {
  const indices = bucketsOf(fieldOf(field, "indices"));
  const counts = itemsOf(fieldOf(field, "counts"), indices.length).map((item) =>
    wholeNumberOf(item, 1, Number.MAX_SAFE_INTEGER),
  );
  const count = wholeNumberOf(fieldOf(field, "count"), 0, Number.MAX_SAFE_INTEGER);
  const total = counts.reduce((sum, each) => sum + each, 0);
  if (counts.length !== indices.length || total !== count)
    throw badReport(`${field.path}.counts`, "one count a bucket, with the sum that count says");
  const min = numberOr(fieldOf(field, "min"), Number.POSITIVE_INFINITY);
  const max = numberOr(fieldOf(field, "max"), Number.NEGATIVE_INFINITY);
  if (count > 0 !== min <= max) throw badReport(`${field.path}.min`, "at most max");
  return {
    count,
    sum: numberOr(fieldOf(field, "sum"), Number.NaN),
    min,
    max,
    indices,
    counts,
  };
}

function bucketsOf(field: JsonField): number[] {
  let least = 0;
  return itemsOf(field, LAST_BUCKET + 1).map((item) => {
    const index = wholeNumberOf(item, least, LAST_BUCKET);
    least = index + 1;
    return index;
  });
}
