import { StreamGateError } from "@streamgate/core";

/** A file that shall hold an exported twin holds something else. */
export function exportUnreadable(happened: string, cause?: unknown): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_EXPORT_UNREADABLE",
    tried: "read an exported twin",
    happened,
    remedy: "write the file again by `streamgate twin export` of this version",
    cause,
  });
}
