import { badEdgeOption } from "../errors.ts";
import type { EdgePurger } from "../purger.ts";
import { exchange, outcomeOf } from "./exchange.ts";
import { type PurgerOptions, resolvePurgerOptions } from "./http-options.ts";

export interface VarnishPurgerOptions extends Omit<PurgerOptions, "baseUrl" | "name"> {
  /** The base URL of each Varnish, such as `http://varnish-1:6081`. Each must be purged, and is by itself. */
  readonly servers: readonly string[];
  /** Mark as stale rather than remove: grace then serves the old page once more. @default false */
  readonly isSoft?: boolean;
}

/** varnishd takes a request header of 8 KB by default (`http_req_hdr_len`). */
const BATCH = { maxKeys: 1_000, maxBytes: 7_000 };

/**
 * Purgers for Varnish servers that run `deploy/edge/varnish.vcl`, one a server, so that one that is down
 * holds no other up. A `PURGE` request names the keys in `xkey-purge` or `xkey-softpurge`.
 *
 * @throws SG_CACHE_EDGE_BAD_OPTION for a server that is no URL, and without servers
 * @example
 * ```ts
 * import { varnishPurgers } from "@streamgate/cache/edge";
 * const purgers = varnishPurgers({ servers: ["http://varnish-1:6081", "http://varnish-2:6081"] });
 * ```
 */
export function varnishPurgers(options: VarnishPurgerOptions): readonly EdgePurger[] {
  const { servers, isSoft = false } = options;
  if (servers.length === 0) throw badEdgeOption("servers", servers, "a list of at least one URL");
  return servers.map((server) => {
    const { name, timeoutMs, repeatAfterMs, baseUrl, clock } = resolvePurgerOptions(
      { ...options, baseUrl: server },
      { name: `varnish ${server}`, baseUrl: server, repeatAfterMs: 1_000 },
    );
    const header = isSoft ? "xkey-softpurge" : "xkey-purge";
    return {
      name,
      service: "varnish",
      batch: BATCH,
      repeatAfterMs,
      purge: async (keys, signal) => {
        const answer = await exchange({
          url: `${baseUrl}/`,
          method: "PURGE",
          headers: { [header]: keys.join(" ") },
          timeoutMs,
          signal,
        });
        return outcomeOf(answer, clock);
      },
    };
  });
}
