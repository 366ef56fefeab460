import type { LabDescription } from "@streamgate/core";

/** A PostgreSQL with data, on which a proof may run real statements. */
export interface Lab {
  readonly description: LabDescription;
  readonly connectionString: string;
  /** Process id of the lab's own server; null for a database that the user named. */
  readonly serverPid: number | null;
  close(): Promise<void>;
}
