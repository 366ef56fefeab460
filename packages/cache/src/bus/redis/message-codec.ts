import type { BusMessage } from "../bus.ts";

/** How many characters the body of one entry may have, unless a single tag or id has more. */
const BODY_CHARACTERS = 8192;
/** Quotes and comma round a text in JSON. */
const TEXT_OVERHEAD = 3;

interface Body {
  /** Tags. */
  readonly t?: readonly string[];
  /** The namespace of the ids that were added. */
  readonly n?: string;
  /** Ids that were added. */
  readonly i?: readonly string[];
}

/** A message as the bodies of one or more entries of a stream; together they say the same as the message. */
export function encodeMessage({ tags, added }: BusMessage): string[] {
  const bodies: Body[] = slices(tags).map((slice) => ({ t: slice }));
  if (added !== undefined)
    for (const slice of slices(added.ids)) {
      const last = bodies.at(-1);
      if (
        bodies.length === 1 &&
        last?.t !== undefined &&
        sizeOf(last.t) + sizeOf(slice) <= BODY_CHARACTERS
      )
        bodies[0] = { ...last, n: added.namespace, i: slice };
      else bodies.push({ n: added.namespace, i: slice });
    }
  return bodies.map((body) => JSON.stringify(body));
}

/** The message in an entry's body; undefined when it is none of ours. */
export function decodeMessage(text: string): BusMessage | undefined {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof body !== "object" || body === null) return undefined;
  const { t: tags = [], n: namespace, i: ids } = body as { readonly [Key in keyof Body]?: unknown };
  if (!isTexts(tags)) return undefined;
  if (namespace === undefined && ids === undefined) return { tags };
  if (typeof namespace !== "string" || !isTexts(ids)) return undefined;
  return { tags, added: { namespace, ids } };
}

function slices(texts: readonly string[]): string[][] {
  const found: string[][] = [];
  let slice: string[] = [];
  let size = 0;
  for (const text of texts) {
    const textSize = text.length + TEXT_OVERHEAD;
    if (slice.length > 0 && size + textSize > BODY_CHARACTERS) {
      found.push(slice);
      slice = [];
      size = 0;
    }
    slice.push(text);
    size += textSize;
  }
  if (slice.length > 0) found.push(slice);
  return found;
}

function sizeOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.length + TEXT_OVERHEAD, 0);
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}
