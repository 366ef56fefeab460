import type { Random } from "@streamgate/core";
import { NASTY_TEXTS, nastyValue } from "./nasty.ts";

type Schema = Readonly<Record<string, unknown>>;

const MOST_DEPTH = 8;

/** A value as a schema wants it, more or less: each part is replaced by something nasty with the given chance. */
export function valueFor(
  schema: Schema,
  schemas: Readonly<Record<string, Schema>>,
  random: Random,
  nastiness: number,
  depth = 0,
): unknown {
  if (random.next() < nastiness || depth > MOST_DEPTH) return nastyValue(random);
  const inner = (next: Schema): unknown => valueFor(next, schemas, random, nastiness, depth + 1);
  const reference = /^#\/components\/schemas\/(.+)$/.exec(String(schema.$ref))?.[1];
  if (reference !== undefined) return inner(schemas[decodeURIComponent(reference)] ?? {});
  if ("const" in schema) return schema.const;
  if (Array.isArray(schema.enum)) return random.pick(schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(choices)) return inner(random.pick(choices as Schema[]));
  const type = Array.isArray(schema.type) ? random.pick(schema.type as unknown[]) : schema.type;
  switch (type) {
    case "object":
      return objectFor(schema, random, nastiness, inner);
    case "array":
      return Array.from({ length: random.integer(4) }, () => inner((schema.items ?? {}) as Schema));
    case "string":
      return schema.format === "date-time"
        ? random.pick(["2026-11-21T10:00:00.000Z", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
        : random.pick(["main", "ci", "-1h", "now", "1", "http_server_request_duration_seconds"]);
    case "integer":
    case "number":
      return numberFor(schema, random);
    case "boolean":
      return random.pick([true, false]);
    default:
      return null;
  }
}

function objectFor(
  { properties = {}, required = [] }: Schema,
  random: Random,
  nastiness: number,
  inner: (schema: Schema) => unknown,
): unknown {
  const wanted = required as readonly string[];
  const entries = Object.entries(properties as Readonly<Record<string, Schema>>)
    .filter(([name]) =>
      wanted.includes(name) ? random.next() >= nastiness / 3 : random.next() < 0.5,
    )
    .map(([name, schema]): readonly [string, unknown] => [name, inner(schema)]);
  const surplus: readonly (readonly [string, unknown])[] =
    random.next() < nastiness ? [[random.pick(NASTY_TEXTS), nastyValue(random)]] : [];
  // `fromEntries` makes `__proto__` a property like any other, as a parser of JSON does.
  return Object.fromEntries([...entries, ...surplus]);
}

function numberFor({ minimum, maximum }: Schema, random: Random): number {
  const least = typeof minimum === "number" ? minimum : 0;
  const most = typeof maximum === "number" ? maximum : least + 1_000;
  return random.pick([least, most, least - 1, most + 1, least + random.integer(10), 1.5]);
}
