import { createHash } from "node:crypto";
import type { Placeholder, PlaceRole } from "../statements/placeholders.ts";
import type { Call } from "./analysed-request.ts";

const LONGEST_VALUE = 200;

/** The value at a place, as text that is equal for equal values. */
export function valueAt(call: Call, place: Placeholder): string {
  if (place.parameter === undefined) return place.literal ?? "";
  return textOf(call.statement.parameters[place.parameter - 1]);
}

/** All values at places of some roles, as one text. */
export function valuesOf(
  call: Call,
  places: readonly Placeholder[],
  roles: readonly PlaceRole[],
): string {
  return places
    .filter(({ role }) => roles.includes(role))
    .map((place) => valueAt(call, place))
    .join("\u0000");
}

/** All that differs between two calls of a form. */
export function allValues(call: Call, places: readonly Placeholder[]): string {
  const literals = places.flatMap(({ literal }) => (literal === undefined ? [] : [literal]));
  return [...literals, ...call.statement.parameters.map(textOf)].join("\u0000");
}

/** How many values the longest list of a call has; 1 where it has none. */
export function listLength(call: Call, places: readonly Placeholder[]): number {
  const lengths = new Map<number, number>();
  for (const place of places) {
    if (place.parameter !== undefined) {
      const value = call.statement.parameters[place.parameter - 1];
      const length = arrayLength(value);
      if (length !== undefined) lengths.set(-place.parameter, length);
    }
    if (place.list !== undefined) {
      lengths.set(place.list, (lengths.get(place.list) ?? 0) + 1);
    }
  }
  return Math.max(1, ...lengths.values());
}

/** Of a JavaScript array, or of an array as PostgreSQL writes it: `{1,2,3}`. */
function arrayLength(value: unknown): number | undefined {
  if (Array.isArray(value)) return value.length;
  if (typeof value !== "string" || !/^\{[^{}":]*\}$/.test(value)) return undefined;
  return value === "{}" ? 0 : value.split(",").length;
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return "null";
  if (typeof value !== "object") return cut(String(value));
  if (value instanceof Date) return value.toJSON() ?? "invalid date";
  if (value instanceof Uint8Array) return createHash("sha256").update(value).digest("hex");
  try {
    return cut(JSON.stringify(value));
  } catch {
    // A value that refers to itself is nobody's key.
    return "object";
  }
}

function cut(text: string): string {
  if (text.length <= LONGEST_VALUE) return text;
  return createHash("sha256").update(text).digest("hex");
}
