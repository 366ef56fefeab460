import { createHash } from "node:crypto";
import { textOfValue } from "../requests/value-text.ts";
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

/** The values of the longest list of a call: of an array, or of a list that is written out. Empty where it has none. */
export function longestList(call: Call, places: readonly Placeholder[]): readonly string[] {
  const lists = new Map<number, string[]>();
  for (const place of places) {
    const value =
      place.parameter === undefined ? undefined : call.statement.parameters[place.parameter - 1];
    const array = arrayOf(value);
    if (array !== undefined && place.parameter !== undefined) lists.set(-place.parameter, array);
    else if (place.list !== undefined) {
      const list = lists.get(place.list);
      if (list === undefined) lists.set(place.list, [valueAt(call, place)]);
      else list.push(valueAt(call, place));
    }
  }
  return [...lists.values()].reduce<readonly string[]>(
    (longest, list) => (list.length > longest.length ? list : longest),
    [],
  );
}

/** Of a JavaScript array, or of an array as PostgreSQL writes it: `{1,2,3}`. */
function arrayOf(value: unknown): string[] | undefined {
  if (Array.isArray(value)) return value.map(textOf);
  if (typeof value !== "string" || !/^\{[^{}":]*\}$/.test(value)) return undefined;
  return value === "{}" ? [] : value.slice(1, -1).split(",");
}

/** A long value by its hash: only whether it is the same matters. */
function textOf(value: unknown): string {
  const text = textOfValue(value);
  return text.length <= LONGEST_VALUE ? text : createHash("sha256").update(text).digest("hex");
}
