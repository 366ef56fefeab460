import { EDGE_TAG_RULES, type EdgeService, type EdgeTagRules } from "./edge-service.ts";
import { type PageKey, rollUp } from "./roll-up.ts";
import { EVERYTHING_KEY, hashOfTag, keyOfTag } from "./tag-key.ts";

/** The header that tells an edge what a page was made from. */
export interface EdgeTagHeader {
  readonly name: string;
  /** One value, or several for several lines of the same name (Varnish, over 7,800 bytes). */
  readonly values: readonly string[];
}

/**
 * The tags of a page as the header of one service.
 *
 * Any strings may be tags: what the service cannot carry is escaped or hashed, and differing case stays
 * different where the service ignores case. A set that does not fit (bytes, or number of tags) is rolled
 * up into hash buckets, as few and as fine as will fit; {@link purgeKeysFor} names the buckets too, so that
 * every tag of the set still purges the page.
 *
 * @returns at least one key, even without tags: the one by which everything is purged
 * @example
 * ```ts
 * import { encodeEdgeTags } from "@streamgate/cache/edge";
 * encodeEdgeTags("cloudflare", ["user:7", "Für alle"]);
 * // { name: "Cache-Tag", values: ["_x,user:7,_46_c3_bcr_20alle"] }
 * ```
 */
export function encodeEdgeTags(service: EdgeService, tags: readonly string[]): EdgeTagHeader {
  const rules = EDGE_TAG_RULES[service];
  const keys = rollUp(keysOf(tags, rules), rules, EVERYTHING_KEY.length);
  return {
    name: rules.headerName,
    values: linesOf([EVERYTHING_KEY, ...keys.map(({ key }) => key)], rules),
  };
}

function keysOf(tags: readonly string[], rules: EdgeTagRules): readonly PageKey[] {
  return [...new Set(tags)].map((tag) => ({ key: keyOfTag(rules, tag), hash: hashOfTag(tag) }));
}

function linesOf(keys: readonly string[], rules: EdgeTagRules): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const key of keys) {
    const longer = line === "" ? key : `${line}${rules.separator}${key}`;
    if (line !== "" && longer.length > rules.maxLineBytes) {
      lines.push(line);
      line = key;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}
