import { badRequest } from "../api/refusal.ts";

const UNIT_MS = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 7 * 86_400_000,
} as const;

const AGO = /^-(\d{1,7})([smhdw])$/;
const MILLISECONDS = /^\d{1,15}$/;
const ISO = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$/;
/** The end of the year 9999. */
const LATEST_MS = 253_402_300_799_999;

/**
 * The instant that a word of a range says: `now`, `-15m`, ms since 1970, or ISO 8601.
 *
 * @param place of the word in the request: `from`
 * @throws ApiRefusal 400
 */
export function readTimeWord(word: string, nowMs: number, place: string): number {
  const atMs = instantOfWord(word, nowMs);
  if (atMs !== undefined && atMs >= 0 && atMs <= LATEST_MS) return atMs;
  throw badRequest(
    `${place} ${JSON.stringify(word.slice(0, 40))} is no instant`,
    "say now, how long ago (-90s, -15m, -6h, -30d), ms since 1970, or ISO 8601 in UTC",
    [{ place: `query.${place}`, message: "is no instant" }],
  );
}

function instantOfWord(word: string, nowMs: number): number | undefined {
  if (word === "now") return nowMs;
  const ago = AGO.exec(word);
  if (ago !== null) {
    const unit = ago[2] as keyof typeof UNIT_MS;
    return nowMs - Number(ago[1]) * UNIT_MS[unit];
  }
  if (MILLISECONDS.test(word)) return Number(word);
  if (!ISO.test(word)) return undefined;
  const atMs = Date.parse(word);
  return Number.isNaN(atMs) ? undefined : atMs;
}
