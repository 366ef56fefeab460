import { createHash } from "node:crypto";
import type { Node } from "@pgsql/types";
import { fingerprintSync } from "libpg-query";

/**
 * Nodes nested deeper than this are fingerprinted here. libpg-query recurses with frames of some 30 kB
 * once V8 has optimised it, and overflows Node's stack at about 18 levels, which also leaves its own
 * stack damaged. The limit must not depend on what is compiled, or a statement would have two names.
 */
const DEEPEST_FOR_LIBRARY = 12;

/**
 * The fingerprint of a statement: libpg-query's, or for a very deep one a hash of its shape. The library takes `logs_2024` for `logs_2025`,
 * and `tenant_a.logs` for `tenant_b.logs`; an index on one of them helps the other no bit, so that they are told apart here.
 */
export function fingerprintOf(text: string, node: Node): string {
  if (depthOf(node) > DEEPEST_FOR_LIBRARY) return hashOfShape(node);
  const fingerprint = fingerprintSync(text);
  const names = namesLibraryIgnores(node);
  return names.length === 0 ? fingerprint : hexDigestOf(JSON.stringify([fingerprint, ...names]));
}

/** Schemas, and tables with digits in their names, in the order of the statement. */
function namesLibraryIgnores(value: unknown): readonly string[] {
  if (typeof value !== "object" || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(namesLibraryIgnores);
  return Object.entries(value).flatMap(([key, child]) => {
    if (typeof child !== "string") return namesLibraryIgnores(child);
    const isIgnored = key === "schemaname" || (key === "relname" && /\d/.test(child));
    return isIgnored ? [`${key} ${child}`] : [];
  });
}

/** How deep parse nodes lie in one another. */
function depthOf(value: unknown): number {
  if (typeof value !== "object" || value === null) return 0;
  if (Array.isArray(value)) return Math.max(0, ...value.map(depthOf));
  let deepest = 0;
  for (const [key, child] of Object.entries(value)) {
    const isLevel = key.charCodeAt(0) < 97 || key === "larg" || key === "rarg";
    deepest = Math.max(deepest, depthOf(child) + (isLevel ? 1 : 0));
  }
  return deepest;
}

/** Leaves out what does not make another statement: places, constants, parameter numbers, list lengths. */
function hashOfShape(node: Node): string {
  const shape = JSON.stringify(node, (key, value: unknown) => {
    if (key === "location" || key === "rexpr_list_start" || key === "rexpr_list_end")
      return undefined;
    if (key === "A_Const" || key === "ParamRef") return "constant";
    return key === "items" && Array.isArray(value) && value.every(isConstant) ? "constants" : value;
  });
  return hexDigestOf(shape);
}

function hexDigestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

function isConstant(item: unknown): boolean {
  return typeof item === "object" && item !== null && ("A_Const" in item || "ParamRef" in item);
}
