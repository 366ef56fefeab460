import { messageOf, StreamGateError } from "@streamgate/core";

/** A proof was asked for with an option that cannot be. */
export function badProofOption(name: string, value: number, least: number): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_BAD_PROOF_OPTION",
    tried: `prove with ${name} = ${value}`,
    happened: `it must be a whole number of at least ${least}`,
    remedy: "leave it out to take the default",
  });
}

/** A step of the fix failed on the lab. */
export function fixFailedOnLab(sql: string, cause: unknown): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_FIX_FAILED_ON_LAB",
    tried: `apply the fix on the lab: ${sql}`,
    happened: messageOf(cause),
    remedy: "read what the server said; production would have said the same",
    cause,
  });
}

/** The fix has no step that can be taken back and put on again, so nothing can be compared. */
export function fixNotProvable(summary: string, happened: string): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_FIX_NOT_PROVABLE",
    tried: `compare the database with and without this fix: ${summary}`,
    happened,
    remedy: "judge the fix by its estimate, or apply it under guard and let production tell",
  });
}

/** None of the finding's statements can be run on the lab. */
export function nothingToProve(happened: string): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_NOTHING_TO_PROVE",
    tried: "run the statements of the finding on the lab",
    happened,
    remedy: "check that the lab holds the tables that the statements read, with the same columns",
  });
}

/** The fix still stands on a named lab, because taking it back failed. */
export function fixLeftOnLab(sql: string, cause: unknown): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_FIX_LEFT_ON_LAB",
    tried: "take the fix back from the lab after the proof",
    happened: messageOf(cause),
    remedy: `run there: ${sql}`,
    cause,
  });
}

/** A proof stopped in the middle, by no fault of the fix. */
export function proofBrokeOff(cause: unknown): StreamGateError {
  return new StreamGateError({
    code: "SG_PG_PROOF_BROKE_OFF",
    tried: "run statements on the lab",
    happened: messageOf(cause),
    remedy: "check that the lab's server still runs and that nobody else locks its tables",
    cause,
  });
}
