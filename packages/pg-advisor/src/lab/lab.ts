import type { LabDescription } from "@streamgate/core";

/** A PostgreSQL with data, on which a proof may run real statements. */
export interface Lab {
  readonly description: LabDescription;
  readonly connectionString: string;
  /** Process id of the lab's own server; null for a database that the user named. */
  readonly serverPid: number | null;
  /** What the lab lacks or holds otherwise than the watched database, each with its reason. */
  readonly skipped: readonly SkippedPart[];
  close(): Promise<void>;
}

/** A table or another part of the watched database that is not in the lab. */
export interface SkippedPart {
  readonly object: string;
  readonly reason: string;
}
