import type { StoreQuery } from "../platform/store-pool.ts";
import { noteWatchFindings } from "../recommendations/watch-findings.ts";
import { blockingFindings } from "./blocking-finding.ts";
import { noteLockChains } from "./lock-chain-table.ts";
import { lockChains } from "./lock-chains.ts";
import type { LockSessionRow } from "./lock-question.ts";

/** Follows the lock chains of a database from look to look. */
export class LockWatch {
  readonly #database: string;
  readonly #query: StoreQuery;
  /** Something may stand in the store: at the beginning, too, for whoever looked before may have ended meanwhile. */
  #mayStand = true;

  constructor(database: string, query: StoreQuery) {
    this.#database = database;
    this.#query = query;
  }

  /** Where nobody waits and nobody waited, the store is left alone. */
  async see(rows: readonly LockSessionRow[], at: Date): Promise<void> {
    const chains = lockChains(rows);
    if (chains.length === 0 && !this.#mayStand) return;
    await noteLockChains(this.#query, this.#database, at, chains);
    await noteWatchFindings(
      this.#query,
      { database: this.#database, kind: "transaction/blocking", at },
      blockingFindings(this.#database, chains, at.toISOString()),
    );
    this.#mayStand = chains.length > 0;
  }

  /** Another instance may go on. */
  rest(): void {
    this.#mayStand = true;
  }
}
