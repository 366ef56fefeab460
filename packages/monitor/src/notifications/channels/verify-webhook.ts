import { timingSafeEqual } from "node:crypto";
import { webhookSignature } from "./webhook.ts";

const OLDEST_SECONDS = 300;

/**
 * Whether a message came from whoever has the secret, and not minutes ago: for receivers of {@link webhookChannel}.
 *
 * @param signature the header `Streamgate-Signature`
 * @param body as it came, before any parsing
 * @param nowMs ms since 1970
 * @example
 * ```ts
 * import { verifyWebhook } from "@streamgate/monitor";
 * verifyWebhook("the shared secret", "t=1700000000,v1=00ff", "{}", 1_700_000_000_000); // false: signed by somebody else
 * ```
 */
export function verifyWebhook(
  secret: string,
  signature: string | undefined,
  body: string,
  nowMs: number,
): boolean {
  const seconds = Number(/^t=(\d{1,12}),v1=[0-9a-f]{64}$/.exec(signature ?? "")?.[1]);
  if (!(Math.abs(nowMs / 1_000 - seconds) <= OLDEST_SECONDS)) return false;
  const expected = Buffer.from(webhookSignature(secret, seconds, body));
  const given = Buffer.from(signature ?? "");
  return given.length === expected.length && timingSafeEqual(given, expected);
}
