import { createHash, timingSafeEqual } from "node:crypto";

/** A cookie that scripts cannot read. */
export interface CookieToSet {
  readonly name: string;
  readonly value: string;
  readonly maxAgeSeconds: number;
  /** `Lax` comes along when another site leads here, `Strict` never. */
  readonly sameSite: "Strict" | "Lax";
  readonly isEncrypted: boolean;
}

const SESSION = "streamgate_session";

/** Where the connection is encrypted, no other host and no plain connection can set it (RFC 6265bis, 4.1.3.2). */
export function cookieName(name: string, isEncrypted: boolean): string {
  return isEncrypted ? `__Host-${name}` : name;
}

export function cookieText(cookie: CookieToSet): string {
  const { name, value, maxAgeSeconds, sameSite, isEncrypted } = cookie;
  const secure = isEncrypted ? "; Secure" : "";
  return `${cookieName(name, isEncrypted)}=${value}; Path=/; Max-Age=${maxAgeSeconds}; HttpOnly; SameSite=${sameSite}${secure}`;
}

export function sessionCookie(secret: string, maxAgeMs: number, isEncrypted: boolean): string {
  const maxAgeSeconds = Math.max(0, Math.floor(maxAgeMs / 1_000));
  return cookieText({
    name: SESSION,
    value: secret,
    maxAgeSeconds,
    sameSite: "Strict",
    isEncrypted,
  });
}

export function sessionSecretOf(
  cookies: Readonly<Record<string, string | undefined>>,
  isEncrypted: boolean,
): string | undefined {
  return cookies[cookieName(SESSION, isEncrypted)];
}

/** What a page must know to change something in a session; made from what only the browser and this server know. */
export function csrfTokenOf(secret: string): string {
  return createHash("sha256").update(`streamgate csrf\n${secret}`).digest("base64url");
}

export function isSameText(one: string | undefined, other: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return one !== undefined && timingSafeEqual(digest(one), digest(other));
}
