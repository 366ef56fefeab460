const SPECIAL = /[\\"\n]/;
const SPECIAL_ALL = /[\\"\n]/g;
const ESCAPES: Readonly<Record<string, string>> = { "\\": "\\\\", '"': '\\"', "\n": "\\n" };

/** A label value, or the help in OpenMetrics, as it stands between quotes. */
export function escapeQuoted(text: string): string {
  return SPECIAL.test(text) ? text.replace(SPECIAL_ALL, (found) => ESCAPES[found] ?? found) : text;
}

/** The help in the Prometheus text format, where quotes stand as they are. */
export function escapeHelp(text: string): string {
  return escapeQuoted(text).replaceAll('\\"', '"');
}

/** A number as both formats read it: the shortest text that gives the same double. */
export function formatNumber(value: number): string {
  if (value === Number.POSITIVE_INFINITY) return "+Inf";
  if (value === Number.NEGATIVE_INFINITY) return "-Inf";
  return Object.is(value, -0) ? "-0" : String(value);
}

/** A boundary as OpenMetrics wants it in `le`: `1.0`. */
export function formatBoundary(value: number, isOpenMetrics: boolean): string {
  const text = formatNumber(value);
  return isOpenMetrics && /^\d+$/.test(text) ? `${text}.0` : text;
}
