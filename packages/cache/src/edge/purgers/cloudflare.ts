import { type EdgePurger, revealSecret, type Secret } from "../purger.ts";
import { exchange, outcomeOf, parsedObject } from "./exchange.ts";
import { type PurgerOptions, resolvePurgerOptions } from "./http-options.ts";

export interface CloudflarePurgerOptions extends PurgerOptions {
  readonly zoneId: string;
  /** An API token with the permission Zone / Cache Purge. */
  readonly token: Secret;
}

/** "Max operations per request: 100", on every plan. */
const BATCH = { maxKeys: 100, maxBytes: 100 * 1024 };

/**
 * Purges Cloudflare by cache tags.
 * Source: https://developers.cloudflare.com/cache/how-to/purge-cache/ (`POST /zones/{id}/purge_cache`; limits
 * a plan by token bucket, answered with 429).
 *
 * @example
 * ```ts
 * import { cloudflarePurger } from "@streamgate/cache/edge";
 * const purger = cloudflarePurger({ zoneId: "023e105f4ecef8ad9ca31a8372d0c353", token: () => process.env.CF_TOKEN ?? "" });
 * ```
 */
export function cloudflarePurger(options: CloudflarePurgerOptions): EdgePurger {
  const { zoneId, token } = options;
  const { name, timeoutMs, repeatAfterMs, baseUrl, clock } = resolvePurgerOptions(options, {
    name: "cloudflare",
    baseUrl: "https://api.cloudflare.com/client/v4",
    repeatAfterMs: 2_000,
  });
  return {
    name,
    service: "cloudflare",
    batch: BATCH,
    repeatAfterMs,
    purge: async (keys, signal) => {
      const answer = await exchange({
        url: `${baseUrl}/zones/${encodeURIComponent(zoneId)}/purge_cache`,
        method: "POST",
        headers: {
          Authorization: `Bearer ${await revealSecret(token)}`,
          "Content-Type": "application/json",
        },
        body: JSON.stringify({ tags: keys }),
        timeoutMs,
        signal,
      });
      const { success, errors } = answer.kind === "answered" ? parsedObject(answer.text) : {};
      const outcome = outcomeOf(answer, clock, describe(errors));
      if (outcome.kind !== "purged" || success === true) return outcome;
      return { kind: "retry", reason: `not a success: ${describe(errors)}` };
    },
  };
}

/** `[{ code, message }]` as text. */
function describe(errors: unknown): string {
  if (!Array.isArray(errors)) return "";
  return errors
    .map((error: unknown) => {
      const { code, message } = { code: "", message: "", ...(error as object) };
      return `${code} ${message}`.trim();
    })
    .join(", ");
}
