/** One figure with its labels. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** Appended to the family's name: `_total`, `_sum`, `_count`. */
  readonly suffix?: string;
}

/** All figures of one name. */
export interface Family {
  readonly name: string;
  readonly type: "counter" | "gauge" | "summary";
  /** The last word of the name where it is one: `seconds`, `bytes`, `ratio`. */
  readonly unit?: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

/**
 * Families in the text format of OpenMetrics 1.0 (RFC draft, prometheus.io/docs/specs/om), which Prometheus
 * reads by the content type `application/openmetrics-text; version=1.0.0; charset=utf-8`.
 * Families without a sample are left out.
 */
export function openMetricsText(families: readonly Family[]): string {
  const lines = families.filter(({ samples }) => samples.length > 0).flatMap(linesOf);
  return [...lines, "# EOF", ""].join("\n");
}

function linesOf({ name, type, unit, help, samples }: Family): readonly string[] {
  return [
    `# TYPE ${name} ${type}`,
    ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}`]),
    `# HELP ${name} ${escaped(help)}`,
    ...samples.map(
      ({ labels, value, suffix = "" }) => `${name}${suffix}${labelsOf(labels)} ${numberOf(value)}`,
    ),
  ];
}

function labelsOf(labels: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(labels).map(([label, value]) => `${label}="${escaped(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

/** Backslash, quote and line feed, as the format asks; the same in help texts and label values. */
function escaped(text: string): string {
  return text.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

function numberOf(value: number): string {
  if (Number.isNaN(value)) return "NaN";
  if (value === Number.POSITIVE_INFINITY) return "+Inf";
  return value === Number.NEGATIVE_INFINITY ? "-Inf" : String(value);
}
