import { badCacheKey } from "../errors.ts";
import { type Id, NO_VARIANT } from "../memory/memory-index.ts";

const LONGEST_ID = 2_048;
const LONGEST_TAG = 512;

/** `resource:id` or `resource:id:variant`, the same for no two different entries. */
export function keyOf(namespace: string, id: Id, variant: string): string {
  const key = `${namespace}:${escaped(String(id))}`;
  return variant === NO_VARIANT ? key : `${key}:${escaped(variant)}`;
}

/** The implicit tag of an id: all its variants fall with it. */
export function idTag(namespace: string, id: Id): string {
  return `#${namespace}:${String(id)}`;
}

/** The implicit tag of a namespace. */
export function namespaceTag(namespace: string): string {
  return `@${namespace}`;
}

/** What an implicit tag names. */
export type ImplicitTag =
  | { readonly kind: "id"; readonly namespace: string; readonly id: string }
  | { readonly kind: "namespace"; readonly namespace: string }
  | { readonly kind: "tag" };

export function parseTag(tag: string): ImplicitTag {
  if (tag.startsWith("@")) return { kind: "namespace", namespace: tag.slice(1) };
  if (!tag.startsWith("#")) return { kind: "tag" };
  const colon = tag.indexOf(":");
  return { kind: "id", namespace: tag.slice(1, colon), id: tag.slice(colon + 1) };
}

/**
 * The implicit tags of a key as people write it, `resource:id` or `resource:id:variant`. Whether a further colon
 * belongs to the id or begins a variant cannot be told, so both readings are meant.
 *
 * @throws StreamGateError `SG_CACHE_BAD_KEY`
 */
export function idTagsOfKey(key: string): readonly string[] {
  const colon = key.indexOf(":");
  if (colon < 1 || colon === key.length - 1) {
    throw badCacheKey("a key", key, "written as resource:id or resource:id:variant");
  }
  const namespace = key.slice(0, colon);
  const id = key.slice(colon + 1);
  const last = id.lastIndexOf(":");
  return last < 1
    ? [idTag(namespace, id)]
    : [idTag(namespace, id), idTag(namespace, id.slice(0, last))];
}

/** @throws StreamGateError `SG_CACHE_BAD_KEY` */
export function checkId(id: Id): void {
  if (typeof id === "number" ? Number.isFinite(id) : isIdText(id)) return;
  throw badCacheKey("an id", id, `a finite number or text of 1 to ${LONGEST_ID} characters`);
}

/** @throws StreamGateError `SG_CACHE_BAD_KEY` */
export function checkVariant(variant: string): void {
  if (variant === NO_VARIANT || isIdText(variant)) return;
  throw badCacheKey("a variant", variant, `text of at most ${LONGEST_ID} characters`);
}

/** @throws StreamGateError `SG_CACHE_BAD_KEY` */
export function checkNamespaceName(name: string): void {
  if (/^[A-Za-z0-9_.-]{1,64}$/.test(name)) return;
  throw badCacheKey("a namespace", name, "1 to 64 letters, digits, _ . or -");
}

/** @throws StreamGateError `SG_CACHE_BAD_KEY` */
export function checkTag(tag: string): string {
  const first = typeof tag === "string" ? tag[0] : undefined;
  if (first === undefined || first === "#" || first === "@" || tag.length > LONGEST_TAG) {
    throw badCacheKey("a tag", tag, "text of 1 to 512 characters that begins with neither # nor @");
  }
  return tag;
}

/** Half a surrogate pair is refused: as UTF-8 all halves are the same, so two ids would share a key. */
function isIdText(id: unknown): boolean {
  if (typeof id !== "string" || id.length === 0 || id.length > LONGEST_ID) return false;
  return !/\p{Surrogate}/u.test(id);
}

function escaped(part: string): string {
  if (!part.includes(":") && !part.includes("%")) return part;
  return part.replace(/[%:]/g, (character) => (character === ":" ? "%3A" : "%25"));
}
