/** A value as text that is equal for equal values: of parameters, and of fields of a recorded line. */
export function textOfValue(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "number" || typeof value === "boolean" || typeof value === "bigint") {
    return value.toString();
  }
  return typeof value === "object" && value !== null ? textOfObject(value) : "null";
}

function textOfObject(value: object): string {
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString("hex")}`;
  try {
    return value instanceof Date ? (value.toJSON() ?? "") : JSON.stringify(value);
  } catch {
    // It refers to itself.
    return "object";
  }
}
