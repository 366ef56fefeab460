import { messageOf, StreamGateError } from "@streamgate/core";

/** A lab was asked for with a limit that cannot be. */
export function badLabOption(name: string, value: number): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_BAD_LAB_OPTION",
    tried: `copy rows into a lab with ${name} = ${value}`,
    happened: "it must be a whole number of at least 1",
    remedy: "leave it out to take the default",
  });
}

/** The lab does not answer, or lets us not in. */
export function labUnreachable(happened: string, cause: unknown): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_LAB_UNREACHABLE",
    tried: "connect to the lab",
    happened,
    remedy: "check that its server runs and that the URL names a user who may connect",
    cause,
  });
}

/** The lab's user may not apply the fix there. */
export function labNotPermitted(sql: string, cause: unknown): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_LAB_NOT_PERMITTED",
    tried: `apply a fix on the lab: ${sql}`,
    happened: messageOf(cause),
    remedy:
      "connect to the lab as the owner of its tables, or let StreamGate copy rows into a lab of its own",
    cause,
  });
}

/** Rows could not be copied into the lab. */
export function labCopyFailed(tried: string, cause: unknown): StreamGateError {
  const state = (cause as { code?: unknown } | null)?.code;
  const isDiskFull = state === "53100" || state === "ENOSPC";
  return new StreamGateError({
    code: isDiskFull ? "SG_PG_LAB_DISK_FULL" : "SG_PG_LAB_COPY_FAILED",
    tried,
    happened: messageOf(cause),
    remedy: isDiskFull
      ? "free disk space, choose another folder for the lab, or copy fewer bytes"
      : "check that the watched server still answers, then try again",
    cause,
  });
}

/** No table of those asked for could be copied. */
export function labEmpty(reasons: readonly string[]): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_LAB_EMPTY",
    tried: "copy rows into a lab",
    happened: `no table could be copied: ${reasons.join("; ")}`,
    remedy: "take a new snapshot, and check that the user may read the tables",
  });
}

/** The database that was named as lab is the watched one. */
export function labIsWatched(address: string): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_LAB_IS_WATCHED",
    tried: `use ${address} as a lab`,
    happened: "it is the watched database itself, and a proof builds and drops indexes there",
    remedy: "name a clone of it, or let StreamGate copy rows into a lab of its own",
  });
}

/** The database that was named as lab cannot stand in for the watched one. */
export function labUnfit(address: string, happened: string, remedy: string): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_LAB_UNFIT",
    tried: `use ${address} as a lab`,
    happened,
    remedy,
  });
}
