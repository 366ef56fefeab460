import type { Database, NamedStatement } from "./database.ts";
import type { ResolvedPostgresTierOptions } from "./options.ts";
import {
  purgeClaimsStatement,
  purgeEntriesStatement,
  purgeEpochsStatement,
} from "./statements/purge.ts";

/** How many rows a purge deleted. */
export interface Purged {
  readonly entries: number;
  readonly claims: number;
  readonly epochs: number;
}

/** Deletes what is over, batch by batch, each a short transaction of its own. */
export class Purge {
  private readonly database: Database;
  private readonly options: ResolvedPostgresTierOptions;
  private readonly closing: AbortSignal;
  private isStarted = false;

  constructor(database: Database, options: ResolvedPostgresTierOptions, closing: AbortSignal) {
    this.database = database;
    this.options = options;
    this.closing = closing;
  }

  async run(): Promise<Purged> {
    const { keepEpochsMs, schema } = this.options;
    const text = this.database.schema;
    const tried = "purge what has expired";
    return {
      entries: await this.empty(
        { name: "purge entries", tried, text: purgeEntriesStatement(text) },
        [],
      ),
      claims: await this.empty(
        { name: "purge claims", tried, text: purgeClaimsStatement(text) },
        [],
      ),
      epochs: await this.empty({ name: "purge epochs", tried, text: purgeEpochsStatement(text) }, [
        keepEpochsMs,
        schema,
      ]),
    };
  }

  /** Starts the interval at the first use of the tier; `close` ends it. */
  start(): void {
    if (this.isStarted || this.options.purgeIntervalMs === false) return;
    this.isStarted = true;
    void this.repeat(this.options.purgeIntervalMs);
  }

  private async repeat(intervalMs: number): Promise<void> {
    while (await this.pause(intervalMs)) {
      try {
        await this.run();
      } catch (error) {
        if (!this.closing.aborted) this.options.onPurgeFailure(error);
      }
    }
  }

  private async pause(ms: number): Promise<boolean> {
    if (this.closing.aborted) return false;
    return this.options.clock.sleep(ms, this.closing).then(
      () => true,
      () => false,
    );
  }

  /** Repeats a statement until its batch is no longer full. */
  private async empty(statement: NamedStatement, values: readonly unknown[]): Promise<number> {
    const { purgeBatchRows } = this.options;
    let total = 0;
    for (;;) {
      const rows = await this.database.run(statement, [purgeBatchRows, ...values]);
      total += rows.length;
      if (rows.length < purgeBatchRows || this.closing.aborted) return total;
    }
  }
}
