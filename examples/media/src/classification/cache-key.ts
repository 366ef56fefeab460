import { createHash } from "node:crypto";
import type { ClassificationProvider } from "./provider.ts";

/** What `ai_classification_cache` is looked up by: the same provider, version and text give the same key. */
export function classificationCacheKey(
  provider: Pick<ClassificationProvider, "name" | "version">,
  text: string,
): string {
  return createHash("sha256").update(`${provider.name}@${provider.version}\n${text}`).digest("hex");
}
