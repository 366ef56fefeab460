/** `14:03:20`, in a time zone by its IANA name. */
export function formatTime(ms: number, zone: string): string {
  const { hour, minute, second } = partsOf(ms, zone);
  return `${hour}:${minute}:${second}`;
}

/** `14:03` on the day of `nowMs`, `20 Nov 14:03` on another, `20 Nov 2025` in another year. */
export function formatInstant(ms: number, nowMs: number, zone: string): string {
  const at = partsOf(ms, zone);
  const now = partsOf(nowMs, zone);
  if (at.year !== now.year) return `${at.day} ${at.month} ${at.year}`;
  const time = `${at.hour}:${at.minute}`;
  return at.month === now.month && at.day === now.day ? time : `${at.day} ${at.month} ${time}`;
}

/** `20 Nov 2026 14:03:20 UTC`: everything, for titles and for copying. */
export function formatFullInstant(ms: number, zone: string): string {
  const { year, month, day, hour, minute, second } = partsOf(ms, zone);
  return `${day} ${month} ${year} ${hour}:${minute}:${second} ${zone}`;
}

/** `just now`, `40 s ago`, `3 min ago`, `5 h ago`, `2 d ago`; `in 5 min` for what is to come. */
export function formatAgo(ms: number, nowMs: number): string {
  const difference = nowMs - ms;
  if (Math.abs(difference) < 5_000) return "just now";
  const text = formatAge(Math.abs(difference));
  return difference > 0 ? `${text} ago` : `in ${text}`;
}

/** A stretch of time in its largest unit: `40 s`, `3 min`, `5 h`, `2 d`. */
export function formatAge(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${Math.max(0, seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  return hours < 48 ? `${hours} h` : `${Math.round(hours / 24)} d`;
}

/** Whether browsers and servers know a zone of this name. */
export function isZone(zone: string): boolean {
  try {
    formatterOf(zone);
    return true;
  } catch {
    return false;
  }
}

interface Parts {
  readonly year: string;
  readonly month: string;
  readonly day: string;
  readonly hour: string;
  readonly minute: string;
  readonly second: string;
}

const formatters = new Map<string, Intl.DateTimeFormat>();

/** Making a formatter costs far more than using it. */
function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone,
    hourCycle: "h23",
    year: "numeric",
    month: "short",
    day: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  if (formatters.size > 8) formatters.clear();
  formatters.set(zone, made);
  return made;
}

const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

function partsOf(ms: number, zone: string): Parts {
  if (zone === "UTC" && Number.isFinite(ms)) return utcParts(new Date(ms));
  const parts: Record<string, string> = {};
  if (Number.isFinite(ms))
    for (const { type, value } of formatterOf(zone).formatToParts(ms)) parts[type] = value;
  const part = (name: string): string => parts[name] ?? "–";
  return {
    year: part("year"),
    month: part("month").slice(0, 3),
    day: part("day"),
    hour: part("hour"),
    minute: part("minute"),
    second: part("second"),
  };
}

/** A first visit is in UTC, and on a slow phone making a formatter is half of what waking the page up takes. */
function utcParts(at: Date): Parts {
  const twoDigits = (value: number): string => String(value).padStart(2, "0");
  return {
    year: String(at.getUTCFullYear()),
    month: MONTHS[at.getUTCMonth()] ?? "–",
    day: String(at.getUTCDate()),
    hour: twoDigits(at.getUTCHours()),
    minute: twoDigits(at.getUTCMinutes()),
    second: twoDigits(at.getUTCSeconds()),
  };
}
