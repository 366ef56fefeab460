import { readFile } from "node:fs/promises";
import { messageOf } from "@streamgate/core";
import type { Cache } from "../cache.ts";
import { type DurationInput, duration } from "../options/checks.ts";
import { notSaved } from "./errors.ts";
import { replaceFile } from "./replace-file.ts";

const FORMAT = "streamgate-cache-popularity";

/** `isLoaded` false with a reason: nothing was added, and the cache works as it is. */
export type PopularityLoad =
  | { readonly isLoaded: true; readonly namespaces: readonly string[] }
  | {
      readonly isLoaded: false;
      readonly reason: "no file" | "unreadable" | "not a popularity file" | "of another version";
      readonly detail: string;
    };

/**
 * Saves what is asked for most, for {@link loadPopularity} after a restart. Whole or not at all.
 *
 * @throws StreamGateError `SG_CACHE_POPULARITY_NOT_SAVED`; the former file is then as it was
 */
export async function savePopularity(cache: Cache, file: string): Promise<void> {
  const namespaces = cache.popularity();
  const text = JSON.stringify({ format: FORMAT, version: 1, namespaces });
  try {
    await replaceFile(file, [Buffer.from(text)]);
  } catch (error) {
    throw notSaved("popularity", file, error);
  }
}

/**
 * Adds what a former process saved of popularity to the namespaces that the cache has by now, so that
 * `namespace.warm("popular", …)` knows what to load. Never throws.
 */
export async function loadPopularity(cache: Cache, file: string): Promise<PopularityLoad> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    const isThere = !(error instanceof Error && "code" in error && error.code === "ENOENT");
    return {
      isLoaded: false,
      reason: isThere ? "unreadable" : "no file",
      detail: messageOf(error),
    };
  }
  const read = parsed(text);
  if ("reason" in read) return { isLoaded: false, ...read };
  cache.restorePopularity(read.namespaces);
  const known = cache.popularity();
  return {
    isLoaded: true,
    namespaces: Object.keys(read.namespaces).filter((name) => Object.hasOwn(known, name)),
  };
}

/** Saves popularity now and then; see {@link keepPopularity}. */
export interface PopularityKeeper {
  /** Saves once more and ends. @throws StreamGateError `SG_CACHE_POPULARITY_NOT_SAVED` */
  close(): Promise<void>;
}

export interface PopularityKeeping {
  /** @default 5 min */
  readonly every?: DurationInput;
  /** Told when it could not be saved; it is tried again at the next time. */
  readonly onWarning?: (warning: string) => void;
}

/**
 * Saves popularity on an interval, and once more when it is closed, which is best before the cache is.
 *
 * @throws StreamGateError `SG_CACHE_BAD_OPTION`
 * @example
 * ```ts
 * import { createCache, keepPopularity, loadPopularity } from "@streamgate/cache";
 * const cache = createCache({ namespaces: { user: { ttl: "5m" } } });
 * await loadPopularity(cache, "/var/lib/shop/popularity.json");
 * await cache.namespace("user").warm("popular", (id) => ({ id }), { limit: 500 });
 * const keeper = keepPopularity(cache, "/var/lib/shop/popularity.json");
 * process.once("SIGTERM", () => keeper.close().then(() => cache.close()));
 * ```
 */
export function keepPopularity(
  cache: Cache,
  file: string,
  options: PopularityKeeping = {},
): PopularityKeeper {
  const everyMs = duration("keepPopularity.every", options.every, 300_000, 100);
  let saving: Promise<void> | undefined;
  const timer = setInterval(() => {
    // A disk that is slow is not given two to write.
    saving ??= savePopularity(cache, file)
      .catch((error: unknown) => options.onWarning?.(messageOf(error)))
      .finally(() => {
        saving = undefined;
      });
  }, everyMs);
  timer.unref();
  return {
    close: async () => {
      clearInterval(timer);
      await saving;
      await savePopularity(cache, file);
    },
  };
}

type Read =
  | { readonly namespaces: Readonly<Record<string, unknown>> }
  | {
      readonly reason: "not a popularity file" | "of another version";
      readonly detail: string;
    };

type Fields = Partial<Record<"format" | "version" | "namespaces", unknown>>;

function parsed(text: string): Read {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch (error) {
    return { reason: "not a popularity file", detail: messageOf(error) };
  }
  const { format, version, namespaces }: Fields = isRecord(read) ? read : {};
  if (format !== FORMAT || !isRecord(namespaces)) {
    return { reason: "not a popularity file", detail: `it does not say "${FORMAT}"` };
  }
  if (version !== 1) {
    return { reason: "of another version", detail: `it is of version ${String(version)}` };
  }
  return { namespaces };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
