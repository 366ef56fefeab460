import { messageOf, StreamGateError } from "@streamgate/core";

/** The list of what to warm broke off. */
export function warmTargetsFailed(namespace: string, cause: unknown): StreamGateError {
  return new StreamGateError({
    code: "SG_CACHE_WARM_TARGETS_FAILED",
    tried: `read the list of what to warm in ${namespace}`,
    happened: messageOf(cause),
    remedy: "correct what yields the list; what was warmed before is in the cache",
    cause,
  });
}

/** A callback that is told of progress threw. */
export function progressFailed(namespace: string, cause: unknown): StreamGateError {
  return new StreamGateError({
    code: "SG_CACHE_WARM_PROGRESS_FAILED",
    tried: `tell onProgress of the warm-up of ${namespace}`,
    happened: messageOf(cause),
    remedy: "catch the errors of onProgress in it; what was warmed before is in the cache",
    cause,
  });
}

/** What is kept across restarts could not be written; what was there before still is. */
export function notSaved(
  what: "popularity" | "snapshot",
  file: string,
  cause: unknown,
): StreamGateError {
  return new StreamGateError({
    code: what === "snapshot" ? "SG_CACHE_SNAPSHOT_NOT_SAVED" : "SG_CACHE_POPULARITY_NOT_SAVED",
    tried: `save the ${what} of the cache to ${file}`,
    happened: `${messageOf(cause)}; the former file, if any, is as it was`,
    remedy: "check that the folder exists, belongs to this process's user and has free space",
    cause,
  });
}

/** A snapshot is there but cannot be opened. */
export function snapshotNotRead(file: string, cause: unknown): StreamGateError {
  return new StreamGateError({
    code: "SG_CACHE_SNAPSHOT_NOT_READ",
    tried: `restore the cache from ${file}`,
    happened: messageOf(cause),
    remedy: "check that it is a file that this process's user may read; the cache works without it",
    cause,
  });
}
