import type { Figure } from "@streamgate/contract";
import { formatByteSize, formatDuration } from "@streamgate/core";
import { formatTimes, groupDigits } from "../../report/wording.ts";
import { type Html, html } from "../../web/html.ts";

/** A figure with its bounds and its rung; a dash for what is not known. */
export function figureText(figure: Figure): Html {
  const { value, rung, low, high } = figure;
  if (value === null) return html`<span class="unknown">–</span>`;
  const bounds =
    low === undefined || high === undefined
      ? ""
      : ` (${numberText(low, figure.unit)} to ${numberText(high, figure.unit)})`;
  return html`${numberText(value, figure.unit)}${bounds} <small class="rung ${rung}">${rung}</small>`;
}

function numberText(value: number, unit: string): string {
  switch (unit) {
    case "ms":
      return `${value < 0 ? "−" : ""}${formatDuration(Math.abs(value))}`;
    case "bytes":
      return formatByteSize(value);
    case "ratio":
      return formatTimes(value);
    default:
      return groupDigits(value);
  }
}
