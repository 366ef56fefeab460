import type { Placeholder } from "../statements/placeholders.ts";
import { type Token, tokensOf } from "../statements/tokens.ts";
import { keyTypeOf } from "./key-type.ts";

/** A look-up that is made for one key after the other. */
export interface LookUp {
  readonly sql: string;
  /** Of one of its calls. */
  readonly parameters: readonly unknown[];
  /** The places whose values change from call to call. */
  readonly varying: readonly Placeholder[];
}

/** A parameter that changes, with the type of its values. */
export interface Key {
  readonly parameter: number;
  readonly type: string;
  /** Each call gives an array already. */
  readonly isList: boolean;
}

/** The type of the values at a place, and whether each call gives several. */
export function keyAt(
  place: Placeholder,
  { parameters }: Pick<LookUp, "parameters">,
): Omit<Key, "parameter"> {
  const value =
    place.parameter === undefined ? literalValue(place) : parameters[place.parameter - 1];
  const [first] = Array.isArray(value) ? value : [value];
  return {
    type: keyTypeOf(first),
    isList: Array.isArray(value) || place.list !== undefined,
  };
}

interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** The look-up with each changing literal as a parameter, and each list that is written out as an array; undefined where that cannot be. */
export function keysAsParameters({
  sql,
  parameters,
  varying,
}: LookUp): { readonly sql: string; readonly keys: readonly Key[] } | undefined {
  const tokens = tokensOf(sql);
  const keys: Key[] = [];
  const edits: Edit[] = [];
  let next = Math.max(parameters.length, ...tokens.map(numberOf)) + 1;
  const seenLists = new Set<number>();
  for (const place of varying) {
    const value =
      place.parameter === undefined ? literalValue(place) : parameters[place.parameter - 1];
    if (place.list !== undefined && !isArrayItself(tokens, place, value)) {
      if (seenLists.has(place.list)) continue;
      seenLists.add(place.list);
      const edit = listAsArray(tokens, place.list, next);
      if (edit === undefined) return undefined;
      edits.push(edit);
      keys.push({ parameter: next, type: keyTypeOf(value), isList: true });
      next += 1;
    } else if (place.parameter === undefined) {
      edits.push({ start: place.start, end: place.end, text: `$${next}` });
      keys.push({ parameter: next, type: keyTypeOf(value), isList: false });
      next += 1;
    } else if (!keys.some(({ parameter }) => parameter === place.parameter)) {
      const isList = Array.isArray(value) || place.list !== undefined;
      keys.push({
        parameter: place.parameter,
        type: keyTypeOf(Array.isArray(value) ? value[0] : value),
        isList,
      });
    }
  }
  return { sql: applied(sql, edits), keys };
}

function applied(sql: string, edits: readonly Edit[]): string {
  return edits
    .toSorted((one, other) => other.start - one.start)
    .reduce((text, { start, end, text: put }) => text.slice(0, start) + put + text.slice(end), sql);
}

/** `any($1)` with an array behind it needs no change. */
function isArrayItself(tokens: readonly Token[], { list }: Placeholder, value: unknown): boolean {
  const before = tokens[(list ?? 0) - 1]?.text;
  return before === "any" || before === "some" || (before !== "in" && Array.isArray(value));
}

/** `in ($1, $2)` → `= any($3)`; `array[1, 2]` → `$3`. */
function listAsArray(tokens: readonly Token[], opening: number, next: number): Edit | undefined {
  if (tokens[opening]?.text === "values") return undefined;
  const before = tokens[opening - 1];
  const closing = closingOf(tokens, opening);
  if (before === undefined || closing === undefined) return undefined;
  if (before.text === "in" && tokens[opening - 2]?.text !== "not") {
    return { start: before.start, end: closing.end, text: `= any($${next})` };
  }
  if (before.text !== "array") return undefined;
  return { start: before.start, end: closing.end, text: `$${next}` };
}

function closingOf(tokens: readonly Token[], opening: number): Token | undefined {
  let depth = 0;
  for (const token of tokens.slice(opening)) {
    if (token.text === "(" || token.text === "[") depth += 1;
    if (token.text === ")" || token.text === "]") depth -= 1;
    if (depth === 0) return token;
  }
  return undefined;
}

function numberOf({ kind, text }: Token): number {
  return kind === "parameter" ? Number(text.slice(1)) : 0;
}

/** A literal as JavaScript has it: enough to tell its type. */
function literalValue({ literal = "" }: Placeholder): unknown {
  if (/^[\d.]/.test(literal)) return Number(literal);
  return literal.replace(/^[eEnN]?'|'$/g, "");
}
