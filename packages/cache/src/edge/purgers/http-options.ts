import { type Clock, systemClock } from "@streamgate/core";
import { badEdgeOption } from "../errors.ts";

/** What every purger may be told. */
export interface PurgerOptions {
  /** Unique in a queue. @default the service's name */
  readonly name?: string;
  /** For how long one request may last. @default 5000 */
  readonly timeoutMs?: number;
  /** When to purge the same once more, see `EdgePurger`; 0 for never. */
  readonly repeatAfterMs?: number;
  /** Where the service's API is; for tests and proxies. */
  readonly baseUrl?: string;
  /** @default the system's */
  readonly clock?: Clock;
}

export interface ResolvedPurgerOptions {
  readonly name: string;
  readonly timeoutMs: number;
  readonly repeatAfterMs: number;
  /** Without a slash at its end. */
  readonly baseUrl: string;
  readonly clock: Clock;
}

export function resolvePurgerOptions(
  options: PurgerOptions,
  defaults: { readonly name: string; readonly baseUrl: string; readonly repeatAfterMs: number },
): ResolvedPurgerOptions {
  const { name, timeoutMs = 5_000, repeatAfterMs, baseUrl, clock = systemClock } = options;
  const url = baseUrl ?? defaults.baseUrl;
  if (!URL.canParse(url)) throw badEdgeOption("baseUrl", url, "a URL");
  if (!(timeoutMs > 0)) throw badEdgeOption("timeoutMs", timeoutMs, "a positive number");
  if (repeatAfterMs !== undefined && !(repeatAfterMs >= 0))
    throw badEdgeOption("repeatAfterMs", repeatAfterMs, "a number of at least 0");
  return {
    name: name ?? defaults.name,
    timeoutMs,
    repeatAfterMs: repeatAfterMs ?? defaults.repeatAfterMs,
    baseUrl: url.replace(/\/+$/, ""),
    clock,
  };
}
