import type { Measure } from "./measure.ts";
import { parseEventPart, parseSelector } from "./parse-selector.ts";
import type { RuleReader } from "./rule-reader.ts";

const KINDS = ["gauge", "rate", "share", "ratio", "quantile"] as const;
const STATISTICS = ["avg", "min", "max", "last"] as const;
const ACROSS = ["avg", "min", "max", "sum"] as const;
const WINDOW_MS = 60_000;
const LEAST_WINDOW_MS = 1000;

/** What is not said: a minute's window, gauges by their mean, and at least one event. */
export function parseMeasure(reader: RuleReader): Measure {
  const kind = reader.choice("kind", KINDS);
  const of = parseSelector(reader.object("of"));
  const windowMs = reader.durationMs("windowMs", WINDOW_MS, LEAST_WINDOW_MS);
  const measure = ((): Measure => {
    switch (kind) {
      case "gauge": {
        const statistic = reader.choice("statistic", STATISTICS, "avg");
        return { kind, of, statistic, across: reader.choice("across", ACROSS, "avg"), windowMs };
      }
      case "rate":
        return { kind, of, windowMs };
      case "share": {
        const part = parseEventPart(reader.object("part"));
        return { kind, of, part, windowMs, leastEvents: leastEvents(reader) };
      }
      case "ratio":
        return { kind, of, to: parseSelector(reader.object("to")), windowMs };
      case "quantile": {
        const quantile = reader.number("quantile", { above: 0, below: 1 });
        return { kind, of, quantile, windowMs, leastEvents: leastEvents(reader) };
      }
    }
  })();
  reader.finish();
  return measure;
}

function leastEvents(reader: RuleReader): number {
  return reader.number("leastEvents", { least: 1 }, 1);
}
