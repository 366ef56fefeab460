import { countAbove } from "@streamgate/telemetry";
import type { Point, SeriesSelector } from "../../series/point.ts";
import type { EventPart } from "../rules/measure.ts";
import type { Input } from "./condition.ts";

/** Events of a kind among all events, as they come. */
export interface EventCount {
  readonly part: number;
  readonly whole: number;
}

/** Streams that `countEvents` understands: all events, and those of them that are of the kind. */
export function eventInputs(of: SeriesSelector, part: EventPart): readonly Input[] {
  return "where" in part
    ? [{ selector: of }, { selector: of, and: part.where }]
    : [{ selector: of }];
}

/** How many events a point of an input stands for. */
export function countEvents(input: number, point: Point, part: EventPart): EventCount {
  if ("where" in part) {
    const events = amountOf(point);
    return input === 0 ? { part: 0, whole: events } : { part: events, whole: 0 };
  }
  if (point.kind !== "histogram") return { part: 0, whole: 0 };
  return { part: countAbove(point.data, part.above), whole: point.data.count };
}

/** Events of a counter or a histogram; a gauge counts by its mean over its seconds, so that gauges can be divided. */
export function amountOf(point: Point): number {
  switch (point.kind) {
    case "counter":
      return point.increase;
    case "histogram":
      return point.data.count;
    case "gauge":
      return point.count > 0 ? ((point.sum / point.count) * point.spanMs) / 1000 : 0;
  }
}
