import { randomBytes } from "node:crypto";

/** A token as people carry it, taken apart. */
export interface TokenParts {
  readonly id: string;
  readonly secret: string;
}

const FORM = /^sgt_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/;

/** An id that may be shown, and 256 bits that may not. */
export function makeTokenParts(): TokenParts {
  return { id: randomBytes(8).toString("hex"), secret: makeSecret() };
}

export function makeSecret(): string {
  return randomBytes(32).toString("base64url");
}

/** `sgt_<id>_<secret>`: tools that search for secrets know it by its beginning. */
export function tokenText({ id, secret }: TokenParts): string {
  return `sgt_${id}_${secret}`;
}

/** Undefined for what no token looks like. */
export function parseToken(text: string): TokenParts | undefined {
  const [, id, secret] = FORM.exec(text) ?? [];
  return id === undefined || secret === undefined ? undefined : { id, secret };
}
