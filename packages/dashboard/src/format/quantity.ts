import { formatByteSize, formatDuration } from "@streamgate/core";

/** A value as a person reads it, its unit apart so that it can be set smaller. */
export interface Quantity {
  readonly text: string;
  /** Empty where the value needs none. */
  readonly unit: string;
}

/** What is shown for a value that nobody knows: never zero. */
const UNKNOWN: Quantity = { text: "–", unit: "" };

const A_SECOND = " per second";

/** `80 ms/s` of `ms per second`; undefined of a unit that is no rate. */
function rateOf(value: number, unit: string): Quantity | undefined {
  if (!unit.endsWith(A_SECOND)) return undefined;
  const amount = quantityOf(value, unit.slice(0, -A_SECOND.length));
  return { ...amount, unit: `${amount.unit}/s` };
}

/**
 * A value in one of the contract's units: `ms`, `bytes`, `ratio`, `per second`, `count`, `cores`, `rows`; any other unit is shown as it
 * is. Three significant digits at the most, but whole numbers below 100,000 in full.
 */
export function quantityOf(value: number | null | undefined, unit: string): Quantity {
  if (value === null || value === undefined || !Number.isFinite(value)) return UNKNOWN;
  switch (unit) {
    case "ms":
      return value === 0 ? { text: "0", unit: "ms" } : splitUnit(formatDuration(value));
    case "bytes":
      return splitUnit(formatByteSize(value));
    case "ratio":
      return { text: formatPercent(value), unit: "%" };
    case "per second":
      return { text: formatNumber(value), unit: "/s" };
    case "count":
      return { text: formatNumber(value), unit: "" };
    case "cores":
      return { text: formatNumber(value), unit: value === 1 ? "core" : "cores" };
    default:
      return rateOf(value, unit) ?? { text: formatNumber(value), unit };
  }
}

/** The same in one piece: `42.1 ms`, `99.2 %`, `12,345`. */
export function formatQuantity(value: number | null | undefined, unit: string): string {
  const { text, unit: shown } = quantityOf(value, unit);
  return shown === "" ? text : `${text} ${shown}`;
}

/** A number with separators, shortened from 100,000 on: `0.25`, `12,345`, `1.24 M`. */
export function formatNumber(value: number): string {
  const size = Math.abs(value);
  if (size >= 99_950) return shorten(value);
  if (size >= 999.5)
    return Math.round(value)
      .toString()
      .replace(/\B(?=(\d{3})+$)/g, ",");
  return String(Number(value.toPrecision(3)));
}

/** A whole number in full, with separators: `1,234,567`. */
export function formatCount(value: number): string {
  return Math.round(value)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ",");
}

/**
 * Hundredths of a ratio without the sign: 0.9921 is `99.2`. Close to 1 it keeps as many digits as it takes to tell it from 100.
 */
export function formatPercent(ratio: number): string {
  const percent = ratio * 100;
  if (percent > 99 && percent < 100) {
    const digits = Math.min(4, Math.max(1, Math.ceil(-Math.log10(100 - percent))));
    return String(Number((Math.floor(percent * 10 ** digits) / 10 ** digits).toFixed(digits)));
  }
  return formatNumber(percent);
}

/** How much more or less `value` is than `before`: `+12 %`, `−40 %`, `×3.2`; undefined where that says nothing. */
export function formatChange(
  value: number | null | undefined,
  before: number | null | undefined,
): string | undefined {
  if (typeof value !== "number" || typeof before !== "number") return undefined;
  if (before === 0) return value === 0 ? "±0 %" : undefined;
  const ratio = value / before;
  if (!Number.isFinite(ratio) || ratio < 0) return undefined;
  if (ratio >= 2.995) return `×${formatNumber(ratio)}`;
  const percent = Math.abs(ratio - 1) * 100;
  if (percent < 0.5) return "±0 %";
  return `${ratio > 1 ? "+" : "−"}${Math.round(percent)} %`;
}

function splitUnit(text: string): Quantity {
  const space = text.indexOf(" ");
  const [number, unit] = [text.slice(0, space), text.slice(space + 1)];
  return space < 0 || unit.includes(" ") ? { text, unit: "" } : { text: number, unit };
}

const STEPS = [
  [1e12, "T"],
  [1e9, "G"],
  [1e6, "M"],
  [1e3, "k"],
] as const;

function shorten(value: number): string {
  const [size, letter] = STEPS.find(([step]) => Math.abs(value) >= step * 0.9995) ?? [1e3, "k"];
  return `${Number((value / size).toPrecision(3))} ${letter}`;
}
