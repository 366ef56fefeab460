/** How metrics are written: the Prometheus text format 0.0.4, or OpenMetrics 1.0. */
export type ExpositionFormat = "prometheus" | "openmetrics";

/** What to answer as `content-type`. */
export const CONTENT_TYPES: Readonly<Record<ExpositionFormat, string>> = {
  prometheus: "text/plain; version=0.0.4; charset=utf-8",
  openmetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8",
};

const OPENMETRICS_VERSIONS: readonly (string | undefined)[] = [undefined, "0.0.1", "1.0.0"];
const TEXT_VERSIONS: readonly (string | undefined)[] = [undefined, "0.0.4"];

interface MediaRange {
  readonly type: string;
  readonly version: string | undefined;
  readonly quality: number;
}

/**
 * The format that a scraper likes best by its `accept` header (RFC 9110, 12.5.1); the Prometheus text format where it likes
 * both alike by wildcard, or asks for neither.
 */
export function negotiate(accept: string | undefined): ExpositionFormat {
  const ranges = (accept ?? "").split(",").map(parseRange);
  const openmetrics = bestQuality(ranges, "application/openmetrics-text", OPENMETRICS_VERSIONS);
  const text = Math.max(
    bestQuality(ranges, "text/plain", TEXT_VERSIONS),
    bestQuality(ranges, "text/*", TEXT_VERSIONS),
    bestQuality(ranges, "*/*", TEXT_VERSIONS),
  );
  // Who names OpenMetrics with the same weight knows it, and it says more.
  return openmetrics > 0 && openmetrics >= text ? "openmetrics" : "prometheus";
}

function bestQuality(
  ranges: readonly MediaRange[],
  type: string,
  versions: readonly (string | undefined)[],
): number {
  return Math.max(
    0,
    ...ranges
      .filter((range) => range.type === type && versions.includes(range.version))
      .map(({ quality }) => quality),
  );
}

function parseRange(text: string): MediaRange {
  const [type = "", ...parameters] = text.split(";").map((part) => part.trim().toLowerCase());
  const parameter = (name: string): string | undefined =>
    parameters
      .find((each) => each.startsWith(`${name}=`))
      ?.slice(name.length + 1)
      .replaceAll('"', "");
  const quality = Number(parameter("q") ?? 1);
  return {
    type,
    version: parameter("version"),
    quality: quality >= 0 && quality <= 1 ? quality : 0,
  };
}
