import { createHash, createHmac } from "node:crypto";

export interface EdgeGridCredentials {
  readonly clientToken: string;
  readonly clientSecret: string;
  readonly accessToken: string;
}

export interface EdgeGridRequest {
  readonly method: string;
  readonly url: URL;
  readonly body: string;
}

/** Bytes of the body that are signed: the `max-body` of Akamai's API clients. */
const SIGNED_BODY_BYTES = 131_072;

/**
 * The `Authorization` of a request to Akamai, scheme EG1-HMAC-SHA256.
 * Source: https://techdocs.akamai.com/developer/docs/edgegrid
 *
 * @param nonce never used before
 */
export function edgeGridAuthorization(
  { method, url, body }: EdgeGridRequest,
  { clientToken, clientSecret, accessToken }: EdgeGridCredentials,
  at: Date,
  nonce: string,
): string {
  const stamp = `${at.toISOString().slice(0, 19).replaceAll("-", "")}+0000`;
  const unsigned = `EG1-HMAC-SHA256 client_token=${clientToken};access_token=${accessToken};timestamp=${stamp};nonce=${nonce};`;
  const protocol = url.protocol.slice(0, -1);
  const toSign = [
    method.toUpperCase(),
    protocol,
    url.host,
    url.pathname + url.search,
    "",
    method.toUpperCase() === "POST" ? contentHash(body) : "",
    unsigned,
  ].join("\t");
  return `${unsigned}signature=${hmac(hmac(clientSecret, stamp), toSign)}`;
}

function contentHash(body: string): string {
  if (body === "") return "";
  const signed = Buffer.from(body, "utf8").subarray(0, SIGNED_BODY_BYTES);
  return createHash("sha256").update(signed).digest("base64");
}

function hmac(key: string, text: string): string {
  return createHmac("sha256", key).update(text).digest("base64");
}
