/** A session in a chain, as it is kept and shown: no values in its text. */
export interface LockSession {
  readonly pid: number;
  readonly user: string | null;
  readonly application: string | null;
  /** As pg_stat_activity says: `active`, `idle in transaction`. */
  readonly state: string | null;
  readonly fingerprint: string | null;
  /** Null where the role may not see it. */
  readonly text: string | null;
  readonly transactionMs: number | null;
  /** Since it began its statement, or, where it does nothing, since it ended the last one. */
  readonly statementMs: number | null;
}

export interface LockWaiter extends LockSession {
  /** 1: waits for the holder itself; 2: for one who waits for it. */
  readonly depth: number;
  /** Whom it waits for. */
  readonly waitsFor: readonly number[];
  readonly waitedMs: number;
  readonly lock: string | null;
  readonly relation: string | null;
}

/** Everybody who waits, directly or not, for one session that waits for nobody. */
export interface LockChain {
  /** The holder's process and when that began: another session is another chain, though it has the same number. */
  readonly key: string;
  readonly root: LockSession;
  /** Those next to the holder first, each followed by those who wait for it. */
  readonly waiting: readonly LockWaiter[];
  readonly longestWaitMs: number;
}
