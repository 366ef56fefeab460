import type { BenchResult } from "../contract.ts";

/** A result as lines for a person. */
export function formatResult({ name, question, versions, rows, verdict }: BenchResult): string {
  const table = [
    ["subject", "metric", "median", "best", "ratio"],
    ...rows.map(({ subject, metric, unit, median, best, ratio }) => [
      subject,
      metric,
      `${round(median)} ${unit}`,
      `${round(best)} ${unit}`,
      `${round(ratio)}×`,
    ]),
  ];
  const widths = [0, 1, 2, 3, 4].map((column) =>
    Math.max(...table.map((cells) => (cells[column] ?? "").length)),
  );
  const lines = table.map((cells) =>
    cells
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return [
    `${name}: ${question}`,
    Object.entries(versions)
      .map(([part, version]) => `${part} ${version}`)
      .join(", "),
    "",
    ...lines,
    "",
    `${verdict.met ? "met" : "not met"}: ${verdict.goal}; found ${verdict.value}`,
  ].join("\n");
}

function round(value: number): string {
  return String(Number(value.toPrecision(3)));
}
