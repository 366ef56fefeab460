const WHOLE = /^-?\d+$/;
const DECIMAL = /^-?\d+(\.\d+)?$/;
const MOMENT = /^(\d{4})-(\d\d)-(\d\d)(?: (\d\d):(\d\d):(\d\d(?:\.\d+)?)([+-]\d\d(?::?\d\d)?)?)?$/;
const DAY_MS = 86_400_000;

/**
 * A value at `share` of the way from one to another, as text; null where only these two themselves
 * are known: texts, and dates in another style than ISO.
 */
export function valueBetween(low: string, high: string, share: number): string | null {
  if (WHOLE.test(low) && WHOLE.test(high)) {
    const from = BigInt(low);
    return String(from + BigInt(Math.floor(share * Number(BigInt(high) - from))));
  }
  if (DECIMAL.test(low) && DECIMAL.test(high)) {
    const digits = Math.max(fractionDigits(low), fractionDigits(high));
    return (Number(low) + share * (Number(high) - Number(low))).toFixed(Math.min(digits, 20));
  }
  return momentBetween(low, high, share);
}

function fractionDigits(text: string): number {
  return text.split(".")[1]?.length ?? 0;
}

function momentBetween(low: string, high: string, share: number): string | null {
  const from = MOMENT.exec(low);
  const to = MOMENT.exec(high);
  if (from === null || to === null) return null;
  const fromMs = milliseconds(from);
  const isDate = from[4] === undefined;
  const exactMs = fromMs + share * (milliseconds(to) - fromMs);
  const ms = isDate ? Math.floor(exactMs / DAY_MS) * DAY_MS : exactMs;
  if (!Number.isFinite(ms)) return null;
  const iso = new Date(ms).toISOString();
  return isDate ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${iso.slice(11, 23)}${from[7] ?? ""}`;
}

/** Without regard to the offset, which both ends share but for summer time. */
function milliseconds([
  ,
  year,
  month,
  day,
  hour = "0",
  minute = "0",
  second = "0",
]: RegExpExecArray): number {
  return (
    Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute)) +
    Number(second) * 1000
  );
}
