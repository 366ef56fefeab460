/** A stretch of time that can be chosen: `value` stands in the address. */
export interface RangeChoice {
  readonly value: string;
  readonly label: string;
}

const RANGES: readonly RangeChoice[] = [
  { value: "-15m", label: "Last 15 minutes" },
  { value: "", label: "Last hour" },
  { value: "-6h", label: "Last 6 hours" },
  { value: "-24h", label: "Last 24 hours" },
  { value: "-7d", label: "Last 7 days" },
  { value: "-30d", label: "Last 30 days" },
];

/** With what a range may be compared, as the address says it. */
export const COMPARISONS: ReadonlyMap<string, string> = new Map([
  ["", "Compare with…"],
  ["previous", "with the time before"],
  ["deploy", "with before the deploy"],
  ["change", "with before the change"],
]);

/** The ranges to choose from: with the one that the address asks for, where it is another. */
export function rangeChoices(from: string): readonly RangeChoice[] {
  if (RANGES.some(({ value }) => value === from)) return RANGES;
  const label = from.startsWith("-")
    ? `Last ${from.slice(1)}`
    : `Since ${from.slice(0, 16).replace("T", " ")}`;
  return [...RANGES, { value: from, label }];
}
