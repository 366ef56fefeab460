import { createHmac } from "node:crypto";
import { formatArrayText, parseArrayText } from "../snapshot/array-text.ts";
import { kindOfValue, type ValueKind } from "./value-kind.ts";

/** Numbers that small tell nobody, and are limits, factors and units as often as data. */
const TOLD_BELOW = 1000n;
const NUMBER_OFFSET = { least: 100_000n, most: 900_000n } as const;
const LARGEST_INTEGER = 2n ** 63n - 1n;
const WEEKS = { least: 60, most: 500 } as const;
const DAY_MS = 86_400_000;
const DAYS_A_WEEK = 7;
const SPECIAL = new Set(["", "infinity", "-infinity", "nan", "now", "today", "epoch", "empty"]);
const CODE_BASE = 36;
/** A key or a value of an hstore. */
const PAIR_WORD = /("(?:[^"\\]|\\.)*")|([^\s"=>,]+)/g;

/**
 * Replaces values by others that stand in the same order: texts by codes of their rank, large numbers and dates by themselves moved by a
 * distance that the secret tells. Texts must be gathered before any is replaced.
 */
export class ReplacedValues {
  readonly #compare: (one: string, other: string) => number;
  readonly #numberOffset: bigint;
  readonly #shiftMs: number;
  readonly #texts = new Set<string>();
  readonly #uuids = new Set<string>();
  #codes: ReadonlyMap<string, string> | null = null;
  #uuidCodes: ReadonlyMap<string, string> | null = null;

  /** @param collation of the database: its order of texts is the order of codes, as far as this process knows it */
  constructor(secret: string, collation: string) {
    this.#compare = comparatorOf(collation);
    const { least, most } = NUMBER_OFFSET;
    this.#numberOffset = least + (numberFrom(secret, "numbers") % (most - least));
    const weeks =
      WEEKS.least + Number(numberFrom(secret, "dates") % BigInt(WEEKS.most - WEEKS.least));
    this.#shiftMs = -weeks * DAYS_A_WEEK * DAY_MS;
  }

  /** After all texts were seen once, replaced values are final. */
  finishGathering(): void {
    this.#codes = codesOf([...this.#texts].sort(this.#compare), (rank) => `v${rank}`);
    this.#uuidCodes = codesOf(
      [...this.#uuids].sort(),
      (rank) => `${rank.padStart(8, "0")}-0000-4000-8000-000000000000`,
      16,
    );
  }

  /** Null where nothing of the kind may be told. */
  replace(value: string, kind: ValueKind): string | null {
    if (SPECIAL.has(value.toLowerCase())) return value;
    switch (kind) {
      case "keep":
        return value;
      case "drop":
        return null;
      case "text":
        return this.#text(value);
      case "number":
        return kindOfValue(value) === "number" ? this.number(value) : this.#text(value);
      case "time":
        return this.#time(value);
      case "uuid":
        return this.#uuid(value.toLowerCase());
      case "range":
        return this.#range(value);
      case "array":
        return this.#array(value, "unknown");
      case "pairs":
        return value.replace(PAIR_WORD, (_, quoted?: string, bare?: string) => {
          const word = quoted?.slice(1, -1) ?? bare ?? "";
          return `"${this.#text(word)}"`;
        });
      case "unknown":
        return this.replace(value, kindOfValue(value));
    }
  }

  /** An array of such elements, or null where they may not be told. */
  replaceArray(text: string, kind: ValueKind): string | null {
    return kind === "drop" ? null : this.#array(text, kind);
  }

  number(value: string): string {
    const found = /^(-?)(\d+)(\.\d+)?$/.exec(value);
    if (found === null) {
      const number = Number(value);
      const moved = number + Math.sign(number) * Number(this.#numberOffset);
      return Math.abs(number) < Number(TOLD_BELOW) || !Number.isFinite(number) ? value : `${moved}`;
    }
    const [, sign = "", whole = "0", fraction = ""] = found;
    const size = BigInt(whole);
    const moved = size + this.#numberOffset;
    if (size < TOLD_BELOW || moved > LARGEST_INTEGER) return value;
    return `${sign}${moved}${fraction}`;
  }

  /** A pattern keeps the wildcards at its ends. */
  #text(value: string): string {
    const [, start = "", core = "", end = ""] = /^(%*)(.*?)(%*)$/s.exec(value) ?? [];
    if (core === "") return value;
    if (this.#codes === null) {
      this.#texts.add(core);
      return value;
    }
    return `${start}${this.#codes.get(core) ?? "v"}${end}`;
  }

  #uuid(value: string): string {
    if (this.#uuidCodes !== null)
      return this.#uuidCodes.get(value) ?? value.replace(/[0-9a-f]/g, "0");
    this.#uuids.add(value);
    return value;
  }

  #time(value: string): string {
    const found = /^(\d{4,6})-(\d\d)-(\d\d)((?:[ TZ+-].*)?)$/s.exec(value);
    if (found === null || value.endsWith("BC")) return this.#text(value);
    const [, year, month, day, rest = ""] = found;
    const moved = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)) + this.#shiftMs);
    if (Number.isNaN(moved.getTime())) return this.#text(value);
    const date = [moved.getUTCFullYear(), moved.getUTCMonth() + 1, moved.getUTCDate()];
    const [y = 0, m = 0, d = 0] = date;
    const time = /^(?:[ T]?[\d:.+-]*Z?)?$/.test(rest) ? rest : "";
    return `${String(y).padStart(4, "0")}-${String(m).padStart(2, "0")}-${String(d).padStart(2, "0")}${time}`;
  }

  #range(value: string): string | null {
    const found = /^([[(])("?)([^",]*)\2,("?)([^",]*)\4([\])])$/s.exec(value);
    if (found === null) return this.#text(value);
    const [, open = "[", , lower = "", , upper = "", close = ")"] = found;
    const [from, to] = [lower, upper].map((bound) => this.replace(bound, "unknown") ?? "");
    return `${open}"${from}","${to}"${close}`.replaceAll('""', "");
  }

  /** Of documents the keys are replaced as texts are. */
  #array(text: string, kind: ValueKind): string | null {
    const document = parseDocument(text);
    if (document !== undefined) return JSON.stringify(this.#document(document));
    const elements = parseArrayText(text).map((element) =>
      element === null ? null : this.replace(element, kind === "array" ? "unknown" : kind),
    );
    return formatArrayText(elements);
  }

  #document(part: unknown): unknown {
    if (typeof part === "string") return this.replace(part, "unknown");
    if (typeof part === "number") return Number(this.number(String(part)));
    if (Array.isArray(part)) return part.map((item) => this.#document(item));
    if (typeof part !== "object" || part === null) return part;
    return Object.fromEntries(
      Object.entries(part).map(([key, value]) => [this.#text(key), this.#document(value)]),
    );
  }
}

function parseDocument(text: string): unknown {
  if (!/^\s*[{[]/.test(text) || !text.includes('"')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Codes of one length, so that their order as texts is their order as numbers. */
function codesOf(
  sorted: readonly string[],
  codeOf: (rank: string) => string,
  base: number = CODE_BASE,
): ReadonlyMap<string, string> {
  const width = Math.max(3, sorted.length.toString(base).length);
  return new Map(
    sorted.map((value, rank) => [value, codeOf(rank.toString(base).padStart(width, "0"))]),
  );
}

function comparatorOf(collation: string): (one: string, other: string) => number {
  const locale = collation.split(/[.@]/)[0]?.replace("_", "-") ?? "";
  if (!/^[a-z]{2,3}(?:-[A-Za-z]+)?$/.test(locale)) return byCodePoint;
  const { compare } = new Intl.Collator(locale);
  return (one, other) => compare(one, other) || byCodePoint(one, other);
}

function byCodePoint(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}

function numberFrom(secret: string, purpose: string): bigint {
  return createHmac("sha256", secret).update(purpose).digest().readBigUInt64BE();
}
