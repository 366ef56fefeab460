/**
 * Tagged JSON: JSON for values that JSON has no words for. A string that begins with `~` is a tag, and so
 * is one that stands first in an array; a string of the value that begins with `~` gets another one before it.
 *
 * | tag | value |
 * |---|---|
 * | `~u` `~n` `~z` `~p` `~m` | undefined, NaN, −0, Infinity, −Infinity |
 * | `~i<digits>` | BigInt |
 * | `~d<ms>` | Date; `~d` alone is the invalid one |
 * | `~h<count>` | so many holes of an array |
 * | `~x<letter>:<offset>:<length>` | bytes, by the letter of their kind; they follow the text |
 * | `~r<lastIndex>:<flags>:<source>` | RegExp |
 * | `["~M", key, value, …]` `["~S", item, …]` | Map, Set |
 * | `["~O", {…}]` | object without a prototype |
 *
 * Without bytes the payload is the text. With bytes it begins with a zero, which no JSON does, and the
 * length of the text in four bytes, little-endian; bytes are neither inflated nor searched for quotes.
 */
export const MARK = "~";
export const MARK_CODE = 126;

export const TAGS = {
  undefined: "~u",
  nan: "~n",
  minusZero: "~z",
  infinity: "~p",
  minusInfinity: "~m",
  bigint: "~i",
  date: "~d",
  holes: "~h",
  binary: "~x",
  regexp: "~r",
  map: "~M",
  set: "~S",
  bareObject: "~O",
} as const;

/** A zero and the length of the text. */
export const FRAME_HEADER_BYTES = 5;
