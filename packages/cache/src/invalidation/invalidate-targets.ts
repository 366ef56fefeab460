import { checkNamespaceName, checkTag, idTagsOfKey, namespaceTag } from "../namespace/key.ts";
import type { InvalidateOptions } from "../namespace/namespace.ts";

/** What to invalidate: everything that is named. */
export interface InvalidateTargets extends InvalidateOptions {
  /** `resource:id` or `resource:id:variant`; all variants of an id fall together. */
  readonly keys?: readonly string[];
  readonly tags?: readonly string[];
  /** All of a namespace. */
  readonly namespace?: string;
}

/** The tags that say the same. @throws StreamGateError `SG_CACHE_BAD_KEY` */
export function tagsOfTargets({
  keys = [],
  tags = [],
  namespace,
}: InvalidateTargets): readonly string[] {
  if (namespace !== undefined) checkNamespaceName(namespace);
  const all = [
    ...keys.flatMap(idTagsOfKey),
    ...tags.map(checkTag),
    ...(namespace === undefined ? [] : [namespaceTag(namespace)]),
  ];
  return [...new Set(all)];
}
