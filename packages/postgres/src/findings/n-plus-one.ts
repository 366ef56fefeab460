import type { Frame } from "../requests/traced-request.ts";
import type { Placeholder, PlaceRole } from "../statements/placeholders.ts";
import type { StatementForm } from "../statements/statement-form.ts";
import type { AnalysedRequest, Call } from "./analysed-request.ts";
import { longestList, valueAt, valuesOf } from "./call-values.ts";
import { groupBy } from "./group-by.ts";
import type { Observation } from "./observation.ts";
import { isSameSite } from "./same-site.ts";

/** Two or three look-ups of one kind are how programs are written; so many are a loop. */
const LEAST = 5;
/** One less, where the stacks tell that all come from one place. */
const LEAST_AT_ONE_SITE = 4;
/** From here on lists of values are batches. */
const LEAST_BATCH = 5;
/** Calls from several places of which not all are known: so many cannot be without a loop. */
const LEAST_AT_UNKNOWN_SITES = 10;
const KEYS: readonly PlaceRole[] = ["key", "pattern", "list"];

/**
 * The same look-up for one value after the other, where one statement could look all of them up. What only reads, has another key in
 * each call and is asked from one place counts: writes, pages, chunks, retries, polls and the catalogue do not.
 */
export function findNPlusOne(request: AnalysedRequest): readonly Observation[] {
  if (request.calls.some(({ form }) => form.facts.isDefinition)) return [];
  const byForm = groupBy(request.calls.filter(isLookUp), ({ form }) => form);
  return [...byForm].flatMap(([form, calls]) =>
    calls.length < LEAST_AT_ONE_SITE
      ? []
      : groupsBySite(calls).flatMap((group) => observe(request, form, group)),
  );
}

function isLookUp({ statement, form: { facts } }: Call): boolean {
  return (
    statement.error === undefined &&
    facts.isRead &&
    facts.hasFrom &&
    !facts.isVolatile &&
    !facts.isAboutCatalogue &&
    !facts.tables.some((table) => /migrations?"?$/i.test(table))
  );
}

/** Calls of one place in the code. */
interface Group {
  readonly calls: readonly Call[];
  readonly site: readonly Frame[];
  readonly isSiteKnown: boolean;
}

/** Calls without a stack belong to the place of those that have one. */
function groupsBySite(calls: readonly Call[]): readonly Group[] {
  const groups: { calls: Call[]; site: readonly Frame[] }[] = [];
  const withoutStack: Call[] = [];
  for (const call of calls) {
    const { stack = [] } = call.statement;
    if (stack.length === 0) {
      withoutStack.push(call);
      continue;
    }
    const group = groups.find(({ site }) => isSameSite(site, stack));
    if (group === undefined) groups.push({ calls: [call], site: stack });
    else {
      group.calls.push(call);
      // The shorter one holds what all of them have.
      if (stack.length < group.site.length) group.site = stack;
    }
  }
  if (withoutStack.length === 0) return groups.map((group) => ({ ...group, isSiteKnown: true }));
  const [first] = groups;
  if (groups.length <= 1) {
    return [{ calls, site: first?.site ?? [], isSiteKnown: (first?.calls.length ?? 0) > 1 }];
  }
  return calls.length < LEAST_AT_UNKNOWN_SITES ? [] : [{ calls, site: [], isSiteKnown: false }];
}

function observe(
  request: AnalysedRequest,
  form: StatementForm,
  { calls, site, isSiteKnown }: Group,
): readonly Observation[] {
  const distinct = new Map<string, Call>();
  for (const call of calls) {
    const keys = valuesOf(call, keyPlaces(request.placeholdersOf(call)), KEYS);
    if (keys !== "" && !distinct.has(keys)) distinct.set(keys, call);
  }
  if (distinct.size < (isSiteKnown ? LEAST_AT_ONE_SITE : LEAST)) return [];
  const [example] = distinct.values();
  if (example === undefined || areBatches(request, calls) || isTyped(request, calls)) return [];
  const totalMs = calls.reduce(
    (sum, { statement }) => sum + statement.endMs - statement.startMs,
    0,
  );
  const parent = parentOf(request, calls, distinct.size);
  if (site.length === 0 && parent === undefined && areNamesInCode(calls, [...distinct.keys()]))
    return [];
  return [
    {
      kind: "query/n-plus-one",
      form,
      sql: example.statement.sql,
      parameters: example.statement.parameters,
      site,
      calls: calls.length,
      totalMs,
      // One statement for all takes longer than one of them.
      savedMs: Math.max(0, totalMs - (2 * totalMs) / calls.length),
      summary: `${calls.length} look-ups one by one, for ${distinct.size} different keys${parent === undefined ? "" : `, one for each row of: ${shortened(parent.form.text)}`}`,
      remedy:
        "Ask once for all keys, with `= any($1)` or a join, and give each row to whom it belongs.",
      varying: varyingPlaces(request, [...distinct.values()], example),
    },
  ];
}

const MOST_SHOWN = 80;

/** A finding's sentence is a headline: the whole text stands with its own statement. */
function shortened(text: string): string {
  return text.length <= MOST_SHOWN ? text : `${text.slice(0, MOST_SHOWN - 1)}…`;
}

/** `at < $1 or (at = $2 and id < $3)` is a page behind a key: a column that has a bound too is none to look up by. */
function keyPlaces(places: readonly Placeholder[]): readonly Placeholder[] {
  const bounded = new Set(places.flatMap(({ role, column }) => (role === "range" ? column : [])));
  return places.filter(({ column }) => column === undefined || !bounded.has(column));
}

/** A search while somebody types: each pattern is the one before with more of it, or with less. */
function isTyped(request: AnalysedRequest, calls: readonly Call[]): boolean {
  const [first] = calls;
  if (first === undefined) return false;
  const at = request.placeholdersOf(first).findIndex(({ role }) => role === "pattern");
  if (at === -1) return false;
  const typed = calls.map((call) => {
    const place = request.placeholdersOf(call)[at];
    return place === undefined ? "" : unquoted(valueAt(call, place)).replaceAll("%", "");
  });
  return typed.every((text, index) => {
    const before = typed[index - 1] ?? text;
    return text.startsWith(before) || before.startsWith(text);
  });
}

function areBatches(request: AnalysedRequest, calls: readonly Call[]): boolean {
  const lists = calls.map((call) => longestList(call, request.placeholdersOf(call)));
  const values = lists.reduce((sum, list) => sum + list.length, 0);
  return values / lists.length >= LEAST_BATCH || areChunks(lists) || areLevels(calls, lists);
}

/** One level of a tree after the other, each asked for by what the one before gave: so many values as that had rows. */
function areLevels(calls: readonly Call[], lists: readonly (readonly string[])[]): boolean {
  const lengths = new Set(lists.map(({ length }) => length));
  return (
    lengths.size > 1 &&
    lists.slice(1).every(({ length }, index) => length === calls[index]?.statement.rows)
  );
}

const HASH = /^#\w+:/;

/** One ordered list cut in parts of a size, but for the last: what belongs to rows overlaps, or has no such order. */
function areChunks(lists: readonly (readonly string[])[]): boolean {
  const size = lists[0]?.length ?? 0;
  const isCut = lists.every(
    ({ length }, index) => length === size || (index === lists.length - 1 && length < size),
  );
  if (size < 2 || !isCut) return false;
  const values = lists.flat();
  // Hashes have no order: then it is enough that no value comes twice.
  if (values.every((value) => HASH.test(value))) return new Set(values).size === values.length;
  return values.every((value, index) => index === 0 || isBefore(values[index - 1] ?? "", value));
}

/** Names that programmers give: `currency`, `billing.vat_rate`, `oauth2_client`. What comes from data counts with digits, and has blanks. */
const NAME = /^[a-z]+(?:(?:\d+[-_.:/]?|[-_.:/])[a-z]+)*$/i;
/** `Berlin`: names that people gave to something. */
const PROPER_NAME = /^\p{Lu}\p{Ll}+$/u;

/**
 * Where nothing tells the places: a handful of settings or flags, each asked for by its name where it is needed, is no loop; rows that they
 * belong to would have been read before.
 */
function areNamesInCode(calls: readonly Call[], keys: readonly string[]): boolean {
  if (calls.length >= LEAST_AT_UNKNOWN_SITES) return false;
  const parts = keys.map((key) => key.split("\u0000"));
  const [first = []] = parts;
  const isNamedByPeople = first.some(
    (_, at) =>
      !isConstant(parts, first, at) && parts.every((one) => PROPER_NAME.test(unquoted(one[at]))),
  );
  if (isNamedByPeople) return false;
  return parts.every((one) =>
    one.every((part, at) => NAME.test(unquoted(part)) || isConstant(parts, first, at)),
  );
}

/** The tenant or user beside the name is the same in all. */
function isConstant(
  keys: readonly (readonly string[])[],
  first: readonly string[],
  at: number,
): boolean {
  return keys.every((key) => key[at] === first[at]);
}

/** A literal in the text stands in quotes. */
function unquoted(value = ""): string {
  return value.startsWith("'") && value.endsWith("'") ? value.slice(1, -1) : value;
}

function isBefore(one: string, other: string): boolean {
  const [first, second] = [Number(one), Number(other)];
  return Number.isNaN(first) || Number.isNaN(second) ? one < other : first < second;
}

/** The statement whose rows are looked up, where the count of its rows says so. */
function parentOf(
  request: AnalysedRequest,
  calls: readonly Call[],
  keys: number,
): Call | undefined {
  const [first] = calls;
  if (first === undefined) return undefined;
  return request.calls
    .slice(0, first.index)
    .findLast(
      ({ form, statement: { rows, endMs } }) =>
        form !== first.form &&
        endMs <= first.statement.issuedMs &&
        (rows === keys || rows === calls.length),
    );
}

/** Places of keys whose values are not the same in all calls. Where lists have other lengths, a list as a whole is another. */
function varyingPlaces(
  request: AnalysedRequest,
  calls: readonly Call[],
  example: Call,
): readonly Placeholder[] {
  const alike = calls.filter(({ statement }) => statement.sql === example.statement.sql);
  return request
    .placeholdersOf(example)
    .filter(({ role }) => KEYS.includes(role))
    .filter(
      (place) =>
        (alike.length < calls.length && place.role === "list") ||
        (alike.length < calls.length && place.literal !== undefined) ||
        alike.some((call) => valueAt(call, place) !== valueAt(example, place)),
    );
}
