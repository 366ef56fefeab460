import { badReport } from "./errors.ts";

/** A value of parsed JSON that was taken from somewhere else, with its place for the error. */
export interface JsonField {
  readonly value: unknown;
  /** Such as `families[3].name`. */
  readonly path: string;
}

const LONGEST_TEXT = 64 * 1024;

/** The field of an object; `value` is undefined where it has none. */
export function fieldOf(object: JsonField, name: string): JsonField {
  const { value, path } = object;
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw badReport(path, "an object");
  const field: unknown = Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
  return { value: field, path: `${path}.${name}` };
}

/** The items of a list of at most so many. */
export function itemsOf({ value, path }: JsonField, most: number): JsonField[] {
  if (!Array.isArray(value) || value.length > most)
    throw badReport(path, `a list of at most ${most}`);
  return value.map((item: unknown, place) => ({ value: item, path: `${path}[${place}]` }));
}

export function textOf({ value, path }: JsonField): string {
  if (typeof value !== "string" || value.length > LONGEST_TEXT)
    throw badReport(path, `a text of at most ${LONGEST_TEXT} characters`);
  return value;
}

/** One of these texts. */
export function choiceOf<Choice extends string>(
  field: JsonField,
  choices: readonly Choice[],
): Choice {
  const chosen = choices.find((choice) => choice === field.value);
  if (chosen === undefined) throw badReport(field.path, `one of ${choices.join(", ")}`);
  return chosen;
}

export function numberOf({ value, path }: JsonField): number {
  if (typeof value !== "number" || !Number.isFinite(value)) throw badReport(path, "a number");
  return value;
}

/** A number, or null for one that JSON cannot say. */
export function numberOr(field: JsonField, otherwise: number): number {
  return field.value === null ? otherwise : numberOf(field);
}

/** A whole number in these bounds. */
export function wholeNumberOf({ value, path }: JsonField, low: number, high: number): number {
  if (typeof value !== "number" || !Number.isSafeInteger(value) || value < low || value > high)
    throw badReport(path, `a whole number from ${low} to ${high}`);
  return value;
}
