/** Every problem that the example names on purpose. */
export type MediaErrorCode =
  | "MEDIA_BAD_OPTION"
  | "MEDIA_DATABASE_MISSING"
  | "MEDIA_NOT_SEEDED"
  | "MEDIA_OTHER_SEED"
  | "MEDIA_OTHER_TABLES"
  | "MEDIA_API_UNREACHABLE";

/** An error with a stable code; its message says what happened and what to do. */
export class MediaError extends Error {
  readonly code: MediaErrorCode;

  constructor(code: MediaErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = "MediaError";
    this.code = code;
  }
}
