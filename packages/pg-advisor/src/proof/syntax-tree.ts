import type { Node, ParseResult } from "@pgsql/types";
import { loadModule, parseSync } from "libpg-query";

/** Parses one statement; null where it is none, several, or no SQL at all. */
export async function parseOne(text: string): Promise<Node | null> {
  await loadModule();
  let parsed: ParseResult;
  try {
    parsed = parseSync(text);
  } catch {
    return null;
  }
  const [only, ...others] = parsed.stmts ?? [];
  return others.length > 0 ? null : (only?.stmt ?? null);
}

/** Visits every node below `value`, the outer before the inner, as its tag and its fields. */
export function visitNodes(
  value: unknown,
  visit: (tag: string, fields: Readonly<Record<string, unknown>>) => void,
): void {
  if (Array.isArray(value)) {
    for (const item of value) visitNodes(item, visit);
    return;
  }
  if (typeof value !== "object" || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    const isTag = /^[A-Z]/.test(key) && typeof inner === "object" && inner !== null;
    if (isTag) visit(key, inner as Record<string, unknown>);
    visitNodes(inner, visit);
  }
}
