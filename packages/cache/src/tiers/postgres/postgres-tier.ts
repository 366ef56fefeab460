import type {
  BeginRequest,
  Begun,
  Fill,
  FillOutcome,
  SharedTier,
  StoredValue,
  TierClaims,
  TierRead,
} from "../tier.ts";
import { Database, type NamedStatement } from "./database.ts";
import { indexedName, losslessText } from "./names.ts";
import { type PostgresTierOptions, resolvePostgresTierOptions } from "./options.ts";
import { PostgresClaims } from "./postgres-claims.ts";
import { Purge, type Purged } from "./purge.ts";
import { ownStamp, PostgresStamp } from "./stamp.ts";
import { beginStatement, beginWithClaimStatement } from "./statements/begin.ts";
import { fillStatement } from "./statements/fill.ts";
import { invalidateStatement } from "./statements/invalidate.ts";
import { readStatement } from "./statements/read.ts";
import { forgetAllStatement } from "./statements/recognise.ts";
import { fillValues, storedValue } from "./stored-row.ts";

/** The durable tier, with what only it can do. */
export interface PostgresTier extends SharedTier {
  readonly claims: TierClaims;
  /** Makes or updates the tables; without it that happens at first use. */
  migrate(): Promise<void>;
  /** Deletes expired values, lapsed claims and old epochs now. */
  purgeExpired(): Promise<Purged>;
  /**
   * Makes all values worthless at once, and all loads under way. For the run book of a restore that PostgreSQL
   * itself does not notice: a data folder put back from a copy that was taken while the server was stopped.
   */
  forgetAll(): Promise<void>;
}

/**
 * A tier in a table of PostgreSQL, for results that are dear: they outlive restarts of everything, Redis included.
 *
 * An invalidation is a row (tag, number of its transaction); a stamp is the server's snapshot from before the load; a value
 * is valid if its snapshot has seen every invalidation of its tags. So validity follows commits, not
 * the order in which numbers were drawn, and an invalidation may be part of the transaction that changes the data (see
 * {@link invalidateInTransaction}).
 *
 * One statement a call, no session state: it goes through PgBouncer in transaction mode. It must reach the primary;
 * on a standby every call fails. PostgreSQL 14 to 18, database in UTF8. The tables are made at first use, or by
 * `migrate()`; a role that only uses them needs USAGE on the schema and SELECT, INSERT, UPDATE, DELETE on its tables.
 * A running purge interval keeps the process alive until `close()`.
 *
 * @throws StreamGateError `SG_CACHE_POSTGRES_BAD_OPTION`; the tier's calls reject with
 *   `SG_CACHE_POSTGRES_NOT_MIGRATED`, `…_ENCODING`, `…_TIMED_OUT`, `…_FORBIDDEN`, `…_FAILED`, `…_FOREIGN_STAMP`, `…_CLOSED`
 * @see https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-SNAPSHOT
 * @example
 * ```ts
 * import { postgresTier } from "@streamgate/cache/postgres";
 * import { systemClock } from "@streamgate/core";
 * import pg from "pg";
 * const pool = new pg.Pool({ connectionString: "postgresql://localhost/app", max: 4 });
 * const durable = postgresTier({ pool, clock: systemClock });
 * await durable.invalidate(["@classification"]);
 * await durable.close();
 * ```
 */
export function postgresTier(options: PostgresTierOptions): PostgresTier {
  return new TierInPostgres(options);
}

class TierInPostgres implements PostgresTier {
  readonly name: string;
  readonly claims: TierClaims;
  private readonly database: Database;
  private readonly purge: Purge;
  private readonly closing = new AbortController();
  private readonly reading: NamedStatement;
  private readonly beginning: NamedStatement;
  private readonly claiming: NamedStatement;
  private readonly filling: NamedStatement;
  private readonly invalidating: NamedStatement;

  constructor(options: PostgresTierOptions) {
    const resolved = resolvePostgresTierOptions(options);
    this.name = resolved.name;
    this.database = new Database(resolved);
    const { schema } = this.database;
    this.claims = new PostgresClaims(this.database, resolved.clock, this.closing.signal);
    this.purge = new Purge(this.database, resolved, this.closing.signal);
    this.reading = { name: "read", tried: "read", text: readStatement(schema) };
    this.beginning = { name: "begin", tried: "begin a load", text: beginStatement(schema) };
    this.claiming = { name: "claim", tried: "begin a load", text: beginWithClaimStatement(schema) };
    this.filling = { name: "fill", tried: "store a value", text: fillStatement(schema) };
    this.invalidating = { name: "bump", tried: "invalidate", text: invalidateStatement(schema) };
  }

  async read(reads: readonly TierRead[]): Promise<readonly (StoredValue | undefined)[]> {
    const keys = reads.map(({ key }) => indexedName(key));
    const rows = await this.database.runOnKnownServer(this.reading, [keys]);
    this.purge.start();
    const found = new Array<StoredValue | undefined>(reads.length).fill(undefined);
    for (const row of rows) {
      if (row.position !== null) found[Number(row.position) - 1] = storedValue(row);
    }
    return found;
  }

  async begin({ key, tags, claim }: BeginRequest): Promise<Begun> {
    const rows =
      claim === undefined
        ? await this.database.runOnKnownServer(this.beginning, [])
        : await this.database.runOnKnownServer(this.claiming, [
            indexedName(key),
            losslessText(claim.token),
            tags.map(indexedName),
            claim.ttlMs,
          ]);
    const row = rows[0] ?? {};
    const answer = row.claim;
    return {
      stamp: new PostgresStamp(this.name, row),
      claim: answer === "mine" || answer === "taken" ? answer : "free",
    };
  }

  async fill(fill: Fill): Promise<FillOutcome> {
    const stamp = ownStamp(this.name, fill.stamp);
    const rows = await this.database.runOnKnownServer(this.filling, fillValues(fill, stamp));
    this.purge.start();
    const outcome = rows[0]?.outcome;
    return outcome === "stored" || outcome === "fenced" ? outcome : "superseded";
  }

  async invalidate(tags: readonly string[]): Promise<void> {
    await this.database.run(this.invalidating, [tags.map(indexedName)]);
  }

  migrate(): Promise<void> {
    return this.database.migrate();
  }

  purgeExpired(): Promise<Purged> {
    return this.purge.run();
  }

  async forgetAll(): Promise<void> {
    const text = forgetAllStatement(this.database.schema);
    await this.database.run({ name: "forget all", tried: "forget all values", text }, []);
  }

  async close(): Promise<void> {
    this.database.close();
    this.closing.abort();
  }
}
