/** The parts of an error that a tired person needs. */
export interface ErrorParts {
  /** Stable, `SG_<AREA>_<PROBLEM>`. */
  readonly code: string;
  /** What was tried. */
  readonly tried: string;
  /** What happened. */
  readonly happened: string;
  /** What to do, with the command to run where there is one. */
  readonly remedy: string;
  readonly cause?: unknown;
}

/**
 * The base of every error that StreamGate throws on purpose.
 *
 * @example
 * ```ts
 * import { StreamGateError } from "@streamgate/core";
 * const error = new StreamGateError({
 *   code: "SG_PG_UNREACHABLE",
 *   tried: "connect to 127.0.0.1:5432",
 *   happened: "nothing listens there",
 *   remedy: "start PostgreSQL or correct the URL",
 * });
 * error.message; // "Tried to connect to 127.0.0.1:5432: nothing listens there. To mend it: start …"
 * ```
 */
export class StreamGateError extends Error {
  readonly code: string;
  readonly tried: string;
  readonly happened: string;
  readonly remedy: string;

  constructor(parts: ErrorParts) {
    super(
      `Tried to ${parts.tried}: ${parts.happened}. To mend it: ${parts.remedy}.`,
      parts.cause === undefined ? undefined : { cause: parts.cause },
    );
    this.name = new.target.name;
    this.code = parts.code;
    this.tried = parts.tried;
    this.happened = parts.happened;
    this.remedy = parts.remedy;
  }
}

/** The message of anything that was thrown. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
