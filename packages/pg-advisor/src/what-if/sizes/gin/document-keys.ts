/** A key of a JSON document, and the part of documents that it comes from. */
export interface DocumentKey {
  readonly path: string;
  readonly key: string;
  readonly widthBytes: number;
  readonly integer?: number;
}

const LONGEST_TEXT = 125;
const HASH_BYTES = 8;
/** The length word, and the letter that says what kind of value it is. */
const HEADER_BYTES = 2;

/** What `jsonb_ops` indexes: each name, and each value by itself. */
export function namesAndValues(json: unknown, path = "$"): readonly DocumentKey[] {
  if (Array.isArray(json)) return json.flatMap((item) => namesAndValues(item, `${path}[]`));
  if (typeof json !== "object" || json === null) return [keyOf(path, json, path.endsWith("[]"))];
  return Object.entries(json).flatMap(([name, value]) => [
    keyOf(`${path} names`, name, true),
    ...namesAndValues(value, `${path}.${name}`),
  ]);
}

/** What `jsonb_path_ops` indexes: a hash of each value and the names above it. */
export function pathsToValues(json: unknown, path = "$"): readonly DocumentKey[] {
  if (Array.isArray(json)) return json.flatMap((item) => pathsToValues(item, path));
  if (typeof json !== "object" || json === null) {
    return [{ path, key: `${path}=${JSON.stringify(json)}`, widthBytes: 4, ...integerOf(json) }];
  }
  return Object.entries(json).flatMap(([name, value]) => pathsToValues(value, `${path}.${name}`));
}

/** A text of an array counts as a name. */
function keyOf(path: string, value: unknown, isName: boolean): DocumentKey {
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const kind = typeof value === "string" && isName ? "name" : typeof value;
  return {
    path,
    key: `${kind} ${text}`,
    widthBytes: HEADER_BYTES + bytesOf(value, text),
    ...integerOf(value),
  };
}

function bytesOf(value: unknown, text: string): number {
  if (typeof value === "boolean") return 1;
  if (typeof value !== "string" && typeof value !== "number") return 0;
  const bytes = Buffer.byteLength(text);
  return bytes > LONGEST_TEXT ? HASH_BYTES : bytes;
}

function integerOf(value: unknown): { readonly integer?: number } {
  return typeof value === "number" && Number.isInteger(value) ? { integer: value } : {};
}
