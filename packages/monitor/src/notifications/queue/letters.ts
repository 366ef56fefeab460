import type { Clock } from "@streamgate/core";
import type pg from "pg";
import { notFound } from "../errors.ts";
import { rowId } from "../muting/silence-store.ts";
import type { Notification } from "../notification.ts";
import { BACKLOG, DEAD, REVIVE } from "./queue-statements.ts";

/** A notification that was given up. */
export interface DeadLetter {
  readonly id: string;
  readonly channel: string;
  readonly content: Omit<Notification, "id">;
  readonly attempts: number;
  readonly lastError: string;
  readonly createdAtMs: number;
  readonly endedAtMs: number;
}

/** What waits for a channel. */
export interface Backlog {
  readonly channel: string;
  readonly waiting: number;
  /** When the oldest was decided, in ms since 1970. */
  readonly oldestMs: number;
}

/** The queue, for people. */
export class Letters {
  readonly #pool: pg.Pool;
  readonly #clock: Clock;
  readonly #giveUpAfterMs: () => number;

  constructor(pool: pg.Pool, clock: Clock, giveUpAfterMs: () => number) {
    this.#pool = pool;
    this.#clock = clock;
    this.#giveUpAfterMs = giveUpAfterMs;
  }

  /** The latest first. */
  async dead(limit = 100): Promise<readonly DeadLetter[]> {
    const { rows } = await this.#pool.query<DeadLetter>(DEAD, [limit]);
    return rows;
  }

  /** Tries a dead letter again, from the beginning. @throws StreamGateError `SG_MONITOR_NOT_FOUND` */
  async retry(id: string): Promise<void> {
    const nowMs = this.#clock.now().getTime();
    const values = [rowId("dead letter", id), nowMs, nowMs + this.#giveUpAfterMs()];
    const { rows } = await this.#pool.query(REVIVE, values);
    if (rows.length === 0) throw notFound("dead letter", id);
  }

  /** What is not delivered yet, by channel. */
  async backlog(): Promise<readonly Backlog[]> {
    const { rows } = await this.#pool.query<Backlog>(BACKLOG);
    return rows;
  }
}
