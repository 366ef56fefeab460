/** Bytes as a person reads them, in powers of ten: `1.3 MB`. */
export function sayBytes(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${sayNumber(value)} ${units[unit]}`;
}

/** Three digits that count, without exponent. */
export function sayNumber(value: number): string {
  if (!Number.isFinite(value)) return "unlimited";
  const magnitude = Math.abs(value);
  const decimals = magnitude >= 100 || Number.isInteger(value) ? 0 : magnitude >= 10 ? 1 : 2;
  return value.toFixed(decimals);
}

/** A stretch of time as a person says it: `40 seconds`, `3 hours`, `12 days`. */
export function sayHours(hours: number): string {
  if (!Number.isFinite(hours) || hours > 24 * 365) return "more than a year";
  if (hours < 2 / 60) return count(Math.max(1, Math.round(hours * 3600)), "second");
  if (hours < 2) return count(Math.round(hours * 60), "minute");
  if (hours < 48) return count(Math.round(hours), "hour");
  return count(Math.round(hours / 24), "day");
}

/** A share of one: `12 %`. */
export function sayShare(share: number): string {
  const percent = share * 100;
  return `${percent.toFixed(percent < 10 ? 1 : 0)} %`;
}

function count(amount: number, unit: string): string {
  return `${amount} ${unit}${amount === 1 ? "" : "s"}`;
}
