import { Socket } from "node:net";
import { type Clock, messageOf, systemClock } from "@streamgate/core";
import pg from "pg";

export interface LeadershipOptions {
  /** A direct connection: behind a pooler that shares sessions the lock would belong to nobody. */
  readonly connection: pg.ClientConfig;
  /** Who this is, for people: host and process. */
  readonly holder: string;
  /** How often a standby tries, and a leader makes sure. @default 300 */
  readonly beatMs?: number;
  /** A session that does not answer for so long is given up. @default 2000 */
  readonly answerWithinMs?: number;
  /** A leader whose session was silent for so long is frozen: a standby ends its session. @default 4000 */
  readonly frozenAfterMs?: number;
  readonly clock?: Clock;
  /** Told at every change; undefined: this instance does not lead any more. */
  readonly onTerm: (term: number | undefined) => void;
  readonly onProblem?: (reason: string) => void;
}

/** The bytes of `SGmo` and `lead`: the two halves of the lock's key. */
const LOCK = [0x53476d6f, 0x6c656164] as const;

const GOOD_BYE_MS = 500;

const TRY = `select pg_try_advisory_lock($1::int, $2::int) as "isHeld"`;

const NEXT_TERM = `
insert into streamgate_monitor.leadership (name, term, holder, since) values ('alerting', 1, $1, now())
on conflict (name) do update set term = leadership.term + 1, holder = excluded.holder, since = excluded.since
returning term::float8 as term`;

/** Every beat is a statement of the leader's session, so the time of its last one tells whether it is frozen. */
const END_FROZEN = `
select pg_terminate_backend(activity.pid)
from pg_locks as lock
join pg_stat_activity as activity on activity.pid = lock.pid
where lock.locktype = 'advisory' and lock.granted
  and lock.database = (select oid from pg_database where datname = current_database())
  and lock.classid::bigint = $1 and lock.objid::bigint = $2 and lock.objsubid = 2
  and activity.state_change < clock_timestamp() - make_interval(secs => $3 / 1000.0)`;

/**
 * Holds a PostgreSQL advisory lock on a session of its own: of all instances on one database at most one leads. Each
 * leadership has a term, one higher than the last, which its writing transactions check ({@link inTerm}).
 *
 * A killed leader's socket closes and its lock is free at the next beat of a standby; a frozen one's session is ended
 * by a standby; one that cannot reach the database gives up by itself.
 */
export class Leadership {
  readonly #options: Required<Omit<LeadershipOptions, "onProblem">> &
    Pick<LeadershipOptions, "onProblem">;
  readonly #stopping = new AbortController();
  #term: number | undefined;
  #running: Promise<void> | undefined;

  constructor(options: LeadershipOptions) {
    this.#options = {
      beatMs: 300,
      answerWithinMs: 2_000,
      frozenAfterMs: 4_000,
      clock: systemClock,
      ...options,
    };
  }

  /** The term in which this instance leads; undefined while it does not. */
  get term(): number | undefined {
    return this.#term;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Gives the leadership up at once, so that another instance need not wait. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.#holdSession().catch((error: unknown) => {
        if (!signal.aborted) this.#options.onProblem?.(messageOf(error));
      });
      this.#become(undefined);
      await this.#pause();
    }
  }

  /** One session from its beginning to its end; resolves or rejects when it is over. */
  async #holdSession(): Promise<void> {
    const { connection, answerWithinMs } = this.#options;
    const socket = new Socket();
    const client = new pg.Client({
      ...connection,
      stream: () => socket,
      keepAlive: true,
      keepAliveInitialDelayMillis: 1_000,
      connectionTimeoutMillis: answerWithinMs,
      query_timeout: answerWithinMs,
      application_name: "streamgate leadership",
    });
    const session = { isOver: false };
    const end = (): void => {
      session.isOver = true;
      this.#become(undefined);
    };
    client.on("error", end).on("end", end);
    try {
      await client.connect();
      await client.query(
        "set tcp_keepalives_idle = 2; set tcp_keepalives_interval = 1; set tcp_keepalives_count = 3",
      );
      while (!session.isOver && !this.#stopping.signal.aborted) {
        await this.#beat(client);
        if (session.isOver) return;
        await this.#pause();
      }
    } finally {
      this.#become(undefined);
      // A session that does not say good-bye in time is cut.
      const cut = setTimeout(() => socket.destroy(), GOOD_BYE_MS);
      await client.end().catch(() => undefined);
      clearTimeout(cut);
      socket.destroy();
    }
  }

  async #beat(client: pg.Client): Promise<void> {
    if (this.#term !== undefined) {
      await client.query("select 1");
      return;
    }
    const { rows } = await client.query<{ isHeld: boolean }>(TRY, [...LOCK]);
    if (rows[0]?.isHeld !== true) {
      await client.query(END_FROZEN, [...LOCK, this.#options.frozenAfterMs]);
      return;
    }
    const next = await client.query<{ term: number }>({
      text: NEXT_TERM,
      values: [this.#options.holder],
    });
    this.#become(next.rows[0]?.term);
  }

  #become(term: number | undefined): void {
    if (this.#term === term) return;
    this.#term = term;
    this.#options.onTerm(term);
  }

  async #pause(): Promise<void> {
    const { clock, beatMs } = this.#options;
    await clock.sleep(beatMs, this.#stopping.signal).catch(() => undefined);
  }
}
