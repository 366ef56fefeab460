/** A figure as one says it: `118 ms`, `4.2 %`, `12 per second`. */
export function amountText(value: number, unit: string): string {
  switch (unit) {
    case "ms":
      return value >= 1_000 ? `${digits(value / 1_000)} s` : `${digits(value)} ms`;
    case "ratio":
      return `${digits(value * 100)} %`;
    case "bytes":
      return bytesText(value);
    default:
      return `${digits(value)} ${unit}`;
  }
}

/** Three digits that count, never with an exponent. */
function digits(value: number): string {
  const size = Math.abs(value);
  if (size >= 100) return Math.round(value).toLocaleString("en-US");
  if (size >= 10) return String(Number(value.toFixed(1)));
  if (size >= 1) return String(Number(value.toFixed(2)));
  return String(Number(value.toFixed(3)));
}

function bytesText(value: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let amount = value;
  let unit = 0;
  while (Math.abs(amount) >= 1_000 && unit < units.length - 1) {
    amount /= 1_000;
    unit += 1;
  }
  return `${digits(amount)} ${units[unit] ?? ""}`;
}
