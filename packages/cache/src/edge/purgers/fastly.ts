import { type EdgePurger, type PurgeOutcome, revealSecret, type Secret } from "../purger.ts";
import { type Exchange, exchange, outcomeOf, parsedObject } from "./exchange.ts";
import { type PurgerOptions, resolvePurgerOptions } from "./http-options.ts";

export interface FastlyPurgerOptions extends PurgerOptions {
  readonly serviceId: string;
  /** An API token of the scope `purge_select`. */
  readonly token: Secret;
  /** Mark as stale rather than remove. @default false */
  readonly isSoft?: boolean;
}

/** "Up to 256 surrogate keys can be purged in one batch request". */
const BATCH = { maxKeys: 256, maxBytes: 256 * 1024 };

/**
 * Purges Fastly by surrogate keys, a batch a request.
 * Source: https://www.fastly.com/documentation/reference/api/purging/ (`POST /service/{id}/purge`).
 *
 * @example
 * ```ts
 * import { fastlyPurger } from "@streamgate/cache/edge";
 * const purger = fastlyPurger({ serviceId: "SU1Z0isxPaozGVKXdv0eY", token: () => process.env.FASTLY_TOKEN ?? "" });
 * ```
 */
export function fastlyPurger(options: FastlyPurgerOptions): EdgePurger {
  const { serviceId, token, isSoft = false } = options;
  const { name, timeoutMs, repeatAfterMs, baseUrl, clock } = resolvePurgerOptions(options, {
    name: "fastly",
    baseUrl: "https://api.fastly.com",
    repeatAfterMs: 2_000,
  });
  return {
    name,
    service: "fastly",
    batch: BATCH,
    repeatAfterMs,
    purge: async (keys, signal) => {
      const answer = await exchange({
        url: `${baseUrl}/service/${encodeURIComponent(serviceId)}/purge`,
        method: "POST",
        headers: {
          "Fastly-Key": await revealSecret(token),
          Accept: "application/json",
          "Content-Type": "application/json",
          ...(isSoft ? { "fastly-soft-purge": "1" } : {}),
        },
        body: JSON.stringify({ surrogate_keys: keys }),
        timeoutMs,
        signal,
      });
      const { msg, detail } = answer.kind === "answered" ? parsedObject(answer.text) : {};
      const said = [msg, detail].filter((part) => typeof part === "string").join(", ");
      const outcome = outcomeOf(answer, clock, said);
      return outcome.kind === "purged" ? withMissingKeys(answer, keys) : outcome;
    },
  };
}

/** The answer has an id for every key that was purged. */
function withMissingKeys(answer: Exchange, keys: readonly string[]): PurgeOutcome {
  const ids = answer.kind === "answered" ? parsedObject(answer.text) : {};
  const failedKeys = keys.filter((key) => !Object.hasOwn(ids, key));
  return failedKeys.length === 0
    ? { kind: "purged" }
    : { kind: "partly", failedKeys, reason: `no purge id for ${failedKeys.length} keys` };
}
