const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;
const INSTANT = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}/;
const HASHED = /^#(\w+):/;

/** The type that PostgreSQL most likely has for a value: `bigint`, `uuid`, `text`. */
export function keyTypeOf(value: unknown): string {
  if (typeof value === "bigint") return "bigint";
  if (typeof value === "number") return Number.isInteger(value) ? "bigint" : "numeric";
  if (typeof value === "boolean") return "boolean";
  if (value instanceof Date) return "timestamptz";
  if (typeof value !== "string") return "text";
  if (UUID.test(value)) return "uuid";
  if (INSTANT.test(value)) return "timestamptz";
  return HASHED.exec(value)?.[1] ?? "text";
}
