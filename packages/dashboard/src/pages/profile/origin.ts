import type { FlameNode } from "@streamgate/contract";

/** Whose code a function is. */
export const ORIGINS = ["application", "library", "node", "engine"] as const;
export type Origin = (typeof ORIGINS)[number];

/** Whose code a function is, by where it stands: V8's own entries are in brackets and have no place. */
export function originOf({ name, place }: Pick<FlameNode, "name" | "place">): Origin {
  if (place.includes("node_modules")) return "library";
  if (place.startsWith("node:") || place.includes("internal/")) return "node";
  if (place === "" || /^\(.*\)$/.test(name)) return "engine";
  return "application";
}
