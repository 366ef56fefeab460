import type { Clock } from "@streamgate/core";
import type { TierClaims } from "../tier.ts";
import type { Database, NamedStatement } from "./database.ts";
import { indexedName, losslessText } from "./names.ts";
import { holderStatement, releaseStatement, renewStatement } from "./statements/claims.ts";

const FIRST_PAUSE_MS = 4;
const LONGEST_PAUSE_MS = 128;
const PAUSE_GROWTH = 1.6;

/**
 * Claims by polling: a load that is worth a durable tier takes much longer than a poll, and LISTEN would hold a
 * connection for itself and not go through a pooler.
 */
export class PostgresClaims implements TierClaims {
  private readonly database: Database;
  private readonly clock: Clock;
  private readonly closing: AbortSignal;
  private readonly renewal: NamedStatement;
  private readonly giveUp: NamedStatement;
  private readonly holder: NamedStatement;

  constructor(database: Database, clock: Clock, closing: AbortSignal) {
    const { schema } = database;
    this.database = database;
    this.clock = clock;
    this.closing = closing;
    this.renewal = { name: "renew", tried: "renew a claim", text: renewStatement(schema) };
    this.giveUp = { name: "release", tried: "release a claim", text: releaseStatement(schema) };
    this.holder = { name: "holder", tried: "wait for a fill", text: holderStatement(schema) };
  }

  async awaitFill(key: string, timeoutMs: number): Promise<void> {
    const endsAtMs = this.clock.monotonicMs() + timeoutMs;
    const first = await this.holderOf(key);
    let pauseMs = FIRST_PAUSE_MS;
    let holder = first;
    while (holder !== undefined && holder === first) {
      const leftMs = endsAtMs - this.clock.monotonicMs();
      if (leftMs <= 0 || !(await this.pause(Math.min(pauseMs, leftMs)))) return;
      holder = await this.holderOf(key);
      pauseMs = Math.min(pauseMs * PAUSE_GROWTH, LONGEST_PAUSE_MS);
    }
  }

  async renew(key: string, token: string, ttlMs: number): Promise<boolean> {
    const values = [indexedName(key), losslessText(token), ttlMs];
    const rows = await this.database.run(this.renewal, values);
    return rows.length > 0;
  }

  async release(key: string, token: string): Promise<void> {
    await this.database.run(this.giveUp, [indexedName(key), losslessText(token)]);
  }

  private async holderOf(key: string): Promise<unknown> {
    const [row] = await this.database.run(this.holder, [indexedName(key)]);
    return row?.token;
  }

  /** False when the tier was closed meanwhile. */
  private async pause(ms: number): Promise<boolean> {
    if (this.closing.aborted) return false;
    return this.clock.sleep(ms, this.closing).then(
      () => true,
      () => false,
    );
  }
}
