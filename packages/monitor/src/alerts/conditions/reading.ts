import type { Point } from "../../series/point.ts";
import type { GaugeMeasure, Measure } from "../rules/measure.ts";
import { createGaugeWindow, type GaugeWindow } from "../windows/gauge-window.ts";
import { createHistogramWindow } from "../windows/histogram-window.ts";
import { createSumWindow } from "../windows/sum-window.ts";
import type { Input } from "./condition.ts";
import { amountOf, countEvents, eventInputs } from "./events.ts";

/** A measure of one group as it goes on. */
export interface Reading {
  add(input: number, seriesId: string, point: Point): boolean;
  /** NaN where nothing can be said. */
  read(nowMs: number): number;
  clear(): void;
}

export function inputsOfMeasure(measure: Measure): readonly Input[] {
  switch (measure.kind) {
    case "share":
      return eventInputs(measure.of, measure.part);
    case "ratio":
      return [{ selector: measure.of }, { selector: measure.to }];
    case "gauge":
    case "rate":
    case "quantile":
      return [{ selector: measure.of }];
  }
}

export function createReading(measure: Measure): Reading {
  switch (measure.kind) {
    case "gauge":
      return gaugeReading(measure);
    case "rate": {
      const window = createSumWindow(measure.windowMs);
      return {
        add: (_, __, point) => window.add(point.atMs, 0, amountOf(point)),
        read: (nowMs) => perSecond(window.sums(nowMs).whole, window.coveredMs(nowMs)),
        clear: () => window.clear(),
      };
    }
    case "share": {
      const window = createSumWindow(measure.windowMs);
      return {
        add(input, _, point) {
          const { part, whole } = countEvents(input, point, measure.part);
          return window.add(point.atMs, part, whole);
        },
        read(nowMs) {
          const { part, whole } = window.sums(nowMs);
          return whole > 0 && whole >= measure.leastEvents ? part / whole : Number.NaN;
        },
        clear: () => window.clear(),
      };
    }
    case "ratio": {
      const window = createSumWindow(measure.windowMs);
      return {
        add(input, _, point) {
          const amount = amountOf(point);
          return window.add(point.atMs, input === 0 ? amount : 0, input === 1 ? amount : 0);
        },
        read(nowMs) {
          const { part, whole } = window.sums(nowMs);
          return whole > 0 ? part / whole : Number.NaN;
        },
        clear: () => window.clear(),
      };
    }
    case "quantile": {
      const window = createHistogramWindow(measure.windowMs);
      return {
        add: (_, __, point) => point.kind !== "histogram" || window.add(point.atMs, point.data),
        read(nowMs) {
          const { count, quantile } = window.read(nowMs, measure.quantile);
          return count >= measure.leastEvents ? quantile : Number.NaN;
        },
        clear: () => window.clear(),
      };
    }
  }
}

function perSecond(events: number, coveredMs: number): number {
  return coveredMs > 0 ? events / (coveredMs / 1000) : Number.NaN;
}

function gaugeReading({ windowMs, statistic, across }: GaugeMeasure): Reading {
  const windows = new Map<string, GaugeWindow>();
  return {
    add(_, seriesId, point) {
      if (point.kind !== "gauge") return true;
      const window = windows.get(seriesId) ?? createGaugeWindow(windowMs);
      windows.set(seriesId, window);
      return window.add(point);
    },
    read(nowMs) {
      const values: number[] = [];
      for (const [seriesId, window] of windows) {
        const reading = window.read(nowMs);
        if (reading === undefined) windows.delete(seriesId);
        else values.push(reading[statistic]);
      }
      return combine(values, across);
    },
    clear: () => windows.clear(),
  };
}

function combine(values: readonly number[], across: GaugeMeasure["across"]): number {
  if (values.length === 0) return Number.NaN;
  const sum = values.reduce((total, value) => total + value, 0);
  switch (across) {
    case "sum":
      return sum;
    case "avg":
      return sum / values.length;
    case "min":
      return Math.min(...values);
    case "max":
      return Math.max(...values);
  }
}
