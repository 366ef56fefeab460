import { formatByteSize, formatDuration } from "@streamgate/core";
import type { Labels } from "@streamgate/telemetry";
import type { ValueUnit } from "./rules/rule.ts";

const LONGEST_LABEL = 200;

/** A value for a person: `2.5 %`, `320 ms`, `1.9 GB`, `12/s`. */
export function formatValue(value: number, unit: ValueUnit): string {
  if (Number.isNaN(value)) return "unknown";
  switch (unit) {
    case "ratio":
      return `${significant(value * 100)} %`;
    case "seconds":
      return formatDuration(value * 1000);
    case "bytes":
      return formatByteSize(value);
    case "per-second":
      return `${significant(value)}/s`;
    case "":
      return significant(value);
  }
}

/** Fills `{value}` and `{label}` in; a label that is not there leaves nothing. */
export function fillIn(template: string, labels: Labels, value: string): string {
  return template.replace(/\{(\w+)\}/g, (_, name: string) =>
    name === "value" ? value : printable(labels[name] ?? ""),
  );
}

/** Labels come from the watched side: no control characters, nothing endless. */
function printable(text: string): string {
  const clean = text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, " ");
  return clean.length > LONGEST_LABEL ? `${clean.slice(0, LONGEST_LABEL - 1)}…` : clean;
}

function significant(value: number): string {
  return String(Number(value.toPrecision(3)));
}
