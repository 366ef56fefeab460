import { type FileHandle, open } from "node:fs/promises";
import { StreamGateError } from "@streamgate/core";
import type { Cache } from "../../cache.ts";
import { notSaved, snapshotNotRead } from "../errors.ts";
import { replaceFile } from "../replace-file.ts";
import {
  type RestoreOptions,
  type RestoreReport,
  resolveRestoreOptions,
} from "./restore-options.ts";
import { RestoreTally } from "./restore-tally.ts";

/**
 * Saves what memory holds into a file, for {@link restoreSnapshot} after a restart. Whole or not at all: until the new one is
 * on the disk the former one stays. Best called after the last write and before `cache.close()`.
 *
 * @param file a path in a folder that exists; values lie in it as they are, readable by this user alone
 * @throws StreamGateError `SG_CACHE_SNAPSHOT_NOT_SAVED`, `SG_CACHE_CLOSED`
 * @example
 * ```ts
 * import { createCache, restoreSnapshot, saveSnapshot } from "@streamgate/cache";
 * const cache = createCache({ namespaces: { user: { ttl: "5m" } } });
 * await restoreSnapshot(cache, "/var/lib/shop/cache.snapshot");
 * process.once("SIGTERM", async () => {
 *   await saveSnapshot(cache, "/var/lib/shop/cache.snapshot");
 *   await cache.close();
 * });
 * ```
 */
export async function saveSnapshot(cache: Cache, file: string): Promise<void> {
  try {
    await replaceFile(file, cache.snapshot());
  } catch (error) {
    if (error instanceof StreamGateError) throw error;
    throw notSaved("snapshot", file, error);
  }
}

/**
 * Restores what {@link saveSnapshot} saved; what comes in and what is promised is told at `Cache.restore`. No file, a torn
 * one or one of something else is no error: the report tells.
 *
 * @throws StreamGateError `SG_CACHE_SNAPSHOT_NOT_READ`, `SG_CACHE_BAD_OPTION`, `SG_CACHE_CLOSED`
 */
export async function restoreSnapshot(
  cache: Cache,
  file: string,
  options: RestoreOptions = {},
): Promise<RestoreReport> {
  resolveRestoreOptions(options);
  const handle = await opened(file);
  if (handle === undefined) return new RestoreTally().report(0, "no snapshot");
  const stream = handle.createReadStream();
  try {
    return await cache.restore(stream, options);
  } finally {
    stream.destroy();
  }
}

async function opened(file: string): Promise<FileHandle | undefined> {
  try {
    return await open(file, "r");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return undefined;
    throw snapshotNotRead(file, error);
  }
}
