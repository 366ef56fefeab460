import type { FieldsQuery, Figure, Instant, SourceHealth } from "./basics.ts";

/** Who calls a statement. */
export interface StatementCaller {
  /**
   * How it is known: `trace` (requests that agents recorded), `comment` (the text says so, in sqlcommenter's form), `session` (no more
   * than the session's application_name).
   */
  readonly source: "trace" | "comment" | "session";
  /** The service or application; null where nothing says. */
  readonly application: string | null;
  /** The route, or the controller with its action; null where nothing says. */
  readonly route: string | null;
  /** Where in the code; null where nothing says. */
  readonly site: string | null;
  /** Of the time of all callers that are known in the same way, 0 to 1; null value where it was seen and not at work. */
  readonly share: Figure;
  /** Calls a request; null value where that is not known. */
  readonly callsPerRequest: Figure;
  readonly lastSeenAt: Instant;
  /** Where the dashboard tells more of it; empty where nowhere. */
  readonly href: string;
}

/** A session that holds a lock, or waits for one. */
export interface LockSessionView {
  /** Its process on the server; 0: a prepared transaction, which has none. */
  readonly pid: number;
  readonly user: string | null;
  readonly application: string | null;
  /** As PostgreSQL says: `active`, `idle in transaction`. */
  readonly state: string | null;
  /** Null where it is no statement of the workload, or the role may not see it. */
  readonly fingerprint: string | null;
  /** Literals are taken out. */
  readonly text: string | null;
  readonly transactionAge: Figure;
  /** Since its statement began, or since it does nothing. */
  readonly stateAge: Figure;
}

/** A session that waits. */
export interface LockWaiterView extends LockSessionView {
  /** 1: it waits for the holder itself; 2: for one who waits for it. */
  readonly depth: number;
  /** Processes that it waits for. */
  readonly waitsFor: readonly number[];
  readonly waited: Figure;
  /** `ShareLock on transactionid`; null where it had ended when it was asked. */
  readonly lock: string | null;
  /** The table that it is about, where that can be told. */
  readonly relation: string | null;
}

/** Everybody who waits, directly or not, for one session that waits for nobody. */
export interface LockChainView {
  readonly id: string;
  readonly database: string;
  readonly firstSeenAt: Instant;
  readonly lastSeenAt: Instant;
  /** Null while it stands. */
  readonly endedAt: Instant | null;
  /** The session for which all the others wait, as it was when most waited. */
  readonly root: LockSessionView;
  /** Then, too; those next to the holder first, each followed by those who wait for it. */
  readonly waiting: readonly LockWaiterView[];
  readonly mostWaiting: Figure;
  readonly longestWait: Figure;
}

export interface LockChainsQuery extends FieldsQuery {
  /** @maxLength 200 */
  readonly database?: string;
}

export interface LockChainList {
  /** Those that stand first, then the latest of the last day; a hundred at the most. */
  readonly items: readonly LockChainView[];
  readonly sources: readonly SourceHealth[];
}
