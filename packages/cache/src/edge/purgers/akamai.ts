import { randomUUID } from "node:crypto";
import type { EdgePurger } from "../purger.ts";
import { type EdgeGridCredentials, edgeGridAuthorization } from "./edgegrid-signature.ts";
import { exchange, outcomeOf, parsedObject } from "./exchange.ts";
import { type PurgerOptions, resolvePurgerOptions } from "./http-options.ts";

export interface AkamaiPurgerOptions extends PurgerOptions {
  /** The API client's own host, `https://akab-….luna.akamaiapis.net`. */
  readonly baseUrl: string;
  /** A function is asked at every request. */
  readonly credentials:
    | EdgeGridCredentials
    | (() => EdgeGridCredentials | Promise<EdgeGridCredentials>);
  /** @default "production" */
  readonly network?: "production" | "staging";
  /** `invalidate` lets the edge ask the origin whether its page still holds; `delete` removes it. @default "delete" */
  readonly action?: "invalidate" | "delete";
}

/** A body of 50,000 bytes at most, and a bucket of 5,000 tags an account, refilled by 500 a minute. */
const BATCH = { maxKeys: 1_000, maxBytes: 49_000 };
/** "Wait five seconds, then retry": Akamai's 429 need not carry `Retry-After`. */
const RATE_LIMIT_WAIT_MS = 5_000;

/**
 * Purges Akamai by cache tags, Fast Purge API v3.
 * Sources: https://techdocs.akamai.com/purge-cache/reference/api-summary and …/reference/rate-limiting
 *
 * @example
 * ```ts
 * import { akamaiPurger } from "@streamgate/cache/edge";
 * const purger = akamaiPurger({
 *   baseUrl: "https://akab-host.luna.akamaiapis.net",
 *   credentials: () => ({
 *     clientToken: process.env.AKAMAI_CLIENT_TOKEN ?? "",
 *     clientSecret: process.env.AKAMAI_CLIENT_SECRET ?? "",
 *     accessToken: process.env.AKAMAI_ACCESS_TOKEN ?? "",
 *   }),
 * });
 * ```
 */
export function akamaiPurger(options: AkamaiPurgerOptions): EdgePurger {
  const { credentials, network = "production", action = "delete" } = options;
  const { name, timeoutMs, repeatAfterMs, baseUrl, clock } = resolvePurgerOptions(options, {
    name: "akamai",
    baseUrl: options.baseUrl,
    repeatAfterMs: 0,
  });
  const url = new URL(`${baseUrl}/ccu/v3/${action}/tag/${network}`);
  return {
    name,
    service: "akamai",
    batch: BATCH,
    repeatAfterMs,
    purge: async (keys, signal) => {
      const body = JSON.stringify({ objects: keys });
      const authorization = edgeGridAuthorization(
        { method: "POST", url, body },
        typeof credentials === "function" ? await credentials() : credentials,
        clock.now(),
        randomUUID(),
      );
      const answer = await exchange({
        url: url.href,
        method: "POST",
        headers: { Authorization: authorization, "Content-Type": "application/json" },
        body,
        timeoutMs,
        signal,
      });
      const { title, detail } = answer.kind === "answered" ? parsedObject(answer.text) : {};
      const said = [title, detail].filter((part) => typeof part === "string").join(", ");
      const outcome = outcomeOf(answer, clock, said);
      const isRateLimited = answer.kind === "answered" && answer.status === 429;
      return isRateLimited && outcome.kind === "retry"
        ? { retryAfterMs: RATE_LIMIT_WAIT_MS, ...outcome }
        : outcome;
    },
  };
}
