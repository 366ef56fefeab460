import { createHmac, randomBytes } from "node:crypto";
import type { Principal } from "@streamgate/contract";

/** Of this run of the server alone: who knows all ids could otherwise try them out. */
const SECRET = randomBytes(32);
const SHOWN_CHARACTERS = 2;

/**
 * A key as somebody may see it: whole for those who may act, as keys may hold ids of people; for others its beginning, so that the
 * same key is known again.
 */
export function shownKey(key: string, principal: Principal | null): string {
  if (principal?.scopes.includes("act") === true) return key;
  const hash = createHmac("sha256", SECRET).update(key).digest("hex").slice(0, 8);
  return `${key.length > 2 * SHOWN_CHARACTERS ? key.slice(0, SHOWN_CHARACTERS) : ""}…${hash}`;
}
