import { createHash } from "node:crypto";

/** An index takes at most 2,704 bytes a row, and an escaped UTF-16 unit at most three. */
const MAX_UNITS = 600;
const KEPT_UNITS = 536;

/** What `text` cannot hold as it is: NUL, surrogates, and the sign by which they are escaped. */
const NEEDS_ESCAPE = /[\0\\\ud800-\udfff]/u;

/**
 * The text by which a key or tag is indexed, one to one: PostgreSQL takes neither NUL nor a lone surrogate, and
 * an index takes no long text. A long name becomes its beginning and its SHA-256, which together are longer than
 * any name that is kept whole, so that the two kinds cannot meet.
 */
export function indexedName(name: string): string {
  const text = losslessText(name);
  if (text.length <= MAX_UNITS) return text;
  const digest = createHash("sha256").update(text).digest("hex");
  return `${text.slice(0, KEPT_UNITS)}~${digest}`;
}

/** As `text` that PostgreSQL takes; `originalName` takes it back. */
export function losslessText(name: string): string {
  if (!NEEDS_ESCAPE.test(name)) return name;
  return name.replace(
    /[\0\\\ud800-\udfff]/gu,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** What `losslessText` was given. */
export function originalName(text: string): string {
  if (!text.includes("\\")) return text;
  return text.replace(/\\u([0-9a-f]{4})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

/** An SQL identifier in quotes. */
export function quotedIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}
