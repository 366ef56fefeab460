import { badRequest } from "./refusal.ts";

/** Which fields are wanted: a tree of names. */
type Wanted = ReadonlyMap<string, Wanted | true>;

const MOST_FIELDS = 50;

/**
 * Only the wanted fields of an answer: of its items where it has `items`, whose other fields stay as they are.
 *
 * @param fields names with commas between; dots lead inwards
 * @throws ApiRefusal 400
 */
export function onlyFields(result: unknown, fields: string): unknown {
  const wanted = parseFields(fields);
  if (!isObject(result)) return result;
  if (!Array.isArray(result.items)) return pick(result, wanted);
  return { ...result, items: result.items.map((item: unknown) => pick(item, wanted)) };
}

function parseFields(fields: string): Wanted {
  const names = fields.split(",").map((name) => name.trim());
  if (names.length > MOST_FIELDS || names.some((name) => !/^\w+(\.\w+)*$/.test(name)))
    throw badRequest(
      `fields names no fields, or more than ${MOST_FIELDS}`,
      "write names with commas between, such as id,summary",
    );
  const root = new Map<string, Wanted | true>();
  for (const name of names) add(root, name.split("."));
  return root;
}

function add(tree: Map<string, Wanted | true>, [name = "", ...inner]: readonly string[]): void {
  const known = tree.get(name);
  if (inner.length === 0 || known === true) {
    tree.set(name, true);
    return;
  }
  const below = new Map(known);
  add(below, inner);
  tree.set(name, below);
}

function pick(value: unknown, wanted: Wanted): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => pick(item, wanted));
  if (!isObject(value)) return value;
  const picked: Record<string, unknown> = {};
  for (const [name, inner] of wanted) {
    if (!Object.hasOwn(value, name)) continue;
    picked[name] = inner === true ? value[name] : pick(value[name], inner);
  }
  return picked;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
