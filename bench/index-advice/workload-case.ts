import type { TestPostgres } from "../../test/support/postgres.ts";

/** A statement of a workload, its values in place. */
export interface BenchStatement {
  readonly name: string;
  readonly sql: string;
  /** The same statement with other values, as callers also send it: an index made for one value helps none of them. */
  readonly alternatives: readonly string[];
  readonly callsAnHour: number;
  readonly isWrite: boolean;
}

/** A database with what is asked of it. */
export interface WorkloadCase {
  readonly name: string;
  readonly database: string;
  readonly statements: readonly BenchStatement[];
  /** Makes the database: rows, keys, statistics. */
  load(postgres: TestPostgres, folder: string): Promise<void>;
}
