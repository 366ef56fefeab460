import type { CacheActResult, InvalidationRequest, WarmingRequest } from "@streamgate/contract";

/** What a form asks to be forgotten: values made from tags, single keys, or a whole namespace. */
export function invalidationOf(fields: FormData): InvalidationRequest {
  const { service, namespace } = whereOf(fields);
  const tags = partsOf(fields, "tags", ",");
  const keys = partsOf(fields, "keys", "\n");
  if (tags.length > 0 && keys.length === 0) return { service, tags };
  return {
    service,
    namespace,
    ...(tags.length > 0 ? { tags } : {}),
    ...(keys.length > 0 ? { keys } : {}),
  };
}

/** What a form asks to be loaded. */
export function warmingOf(fields: FormData): WarmingRequest {
  const keys = partsOf(fields, "keys", "\n");
  return { ...whereOf(fields), ...(keys.length > 0 ? { keys } : {}) };
}

/** How an act went, in one sentence. */
export function outcomeSentence({ instances }: CacheActResult): string {
  const done = instances.filter(({ isDone }) => isDone).length;
  if (instances.length === 0) return "No process of this service answers: nothing was done.";
  if (done === instances.length)
    return done === 1 ? "Done by the one process." : `Done by all ${done} processes.`;
  return `Done by ${done} of ${instances.length} processes.`;
}

/** The select's value is a pair, for names may hold any character. */
function whereOf(fields: FormData): { readonly service: string; readonly namespace: string } {
  const pair: unknown = JSON.parse(textOf(fields, "where") || "[]");
  const [service, namespace] = Array.isArray(pair) ? pair : [];
  return { service: String(service ?? ""), namespace: String(namespace ?? "") };
}

function partsOf(fields: FormData, name: string, separator: string): readonly string[] {
  return textOf(fields, name)
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

function textOf(fields: FormData, name: string): string {
  const value = fields.get(name);
  return typeof value === "string" ? value : "";
}
