import { createHash, timingSafeEqual } from "node:crypto";
import { unsendableToken, weakToken } from "../errors.ts";

/** A token that nobody can read back, and that takes the same time for every guess. */
export interface TokenCheck {
  matches(candidate: string): boolean;
}

const LEAST_CHARACTERS = 16;

/** What a header carries unchanged: no blanks, no line feed that a file of secrets ends in, no letters beyond ASCII. */
const SENDABLE = /^[\x21-\x7e]*$/;

/** @throws SG_AGENT_WEAK_TOKEN, SG_AGENT_BAD_OPTION */
export function tokenCheck(token: string): TokenCheck {
  if (typeof token !== "string" || !SENDABLE.test(token)) throw unsendableToken();
  if (token.length < LEAST_CHARACTERS) throw weakToken(token.length, LEAST_CHARACTERS);
  const expected = digest(token);
  return { matches: (candidate) => timingSafeEqual(digest(candidate), expected) };
}

/** Of one length, whatever was guessed. */
function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
