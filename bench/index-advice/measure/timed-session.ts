import { readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import type { BenchStatement } from "../workload-case.ts";

/** What one execution took, the mean of several. */
export interface RunTime {
  /** Until the last row arrived; rows are not made into values. */
  readonly wallMs: number;
  /** On the processor, of the server's own process for this session: a busy machine does not lengthen it. */
  readonly cpuMs: number;
  readonly isTimedOut: boolean;
}

/** How the planner goes about a statement. */
export interface StatementPlan {
  readonly cost: number;
  /** Without costs and rows: equal texts are the same work. */
  readonly shape: string;
}

const CANCELLED = "57014";
const EMPTY_TRANSACTIONS = 300;
/** After its answer a server's process has a little to do before its time is booked. */
const SETTLING_MS = 1;
const WRITTEN_TABLE = /^\s*(?:insert into|update|delete from)\s+(\w+)/;
const AS_RECEIVED = { getTypeParser: () => (value: unknown) => value };

/** A connection that runs prepared statements, planned once, and takes their time. */
export class TimedSession {
  readonly #client: pg.Client;
  readonly #processId: number;
  readonly #timeoutMs: number;
  #cpuMsOfTransaction = 0;

  private constructor(client: pg.Client, processId: number, timeoutMs: number) {
    this.#client = client;
    this.#processId = processId;
    this.#timeoutMs = timeoutMs;
  }

  static async open(url: string, timeoutMs: number): Promise<TimedSession> {
    const client = new pg.Client({ connectionString: url, statement_timeout: timeoutMs });
    await client.connect();
    const { rows } = await client.query<{ id: number }>("select pg_backend_pid() as id");
    const session = new TimedSession(client, rows[0]?.id ?? 0, timeoutMs);
    session.#cpuMsOfTransaction = await session.#costOfTransaction();
    return session;
  }

  /** What is written is rolled back. A statement that runs out of time counts as the time-out. */
  async run({ name, sql, isWrite }: BenchStatement, times = 1): Promise<RunTime> {
    let wallMs = 0;
    const cpuBefore = this.#cpuMs();
    for (let time = 0; time < times; time += 1) {
      if (isWrite) await this.#client.query("begin");
      const started = performance.now();
      try {
        await this.#client.query({ name, text: sql, rowMode: "array", types: AS_RECEIVED });
      } catch (error) {
        if ((error as { readonly code?: unknown }).code !== CANCELLED) throw error;
        return { wallMs: this.#timeoutMs, cpuMs: this.#timeoutMs, isTimedOut: true };
      } finally {
        wallMs += performance.now() - started;
        if (isWrite) await this.#client.query("rollback");
      }
    }
    await sleep(SETTLING_MS);
    const around = isWrite ? this.#cpuMsOfTransaction : 0;
    const cpuMs = Math.max(0, (this.#cpuMs() - cpuBefore) / times - around);
    if (isWrite) await this.#clearAway(sql);
    return { wallMs: wallMs / times, cpuMs, isTimedOut: false };
  }

  async plan(sql: string): Promise<StatementPlan> {
    const { rows } = await this.#client.query(`explain (format json) ${sql}`);
    const shape = await this.#client.query<[string]>({
      text: `explain (costs off) ${sql}`,
      rowMode: "array",
    });
    return {
      cost: rows[0]?.["QUERY PLAN"]?.[0]?.Plan?.["Total Cost"] as number,
      shape: shape.rows.map(([line]) => line).join("\n"),
    };
  }

  async close(): Promise<void> {
    await this.#client.end();
  }

  /** Rows that were rolled back would make the next round wade through them. */
  async #clearAway(sql: string): Promise<void> {
    const [, table] = WRITTEN_TABLE.exec(sql) ?? [];
    if (table !== undefined) await this.#client.query(`vacuum ${pg.escapeIdentifier(table)}`);
  }

  /** What beginning and rolling back costs, which is no part of a write. */
  async #costOfTransaction(): Promise<number> {
    const before = this.#cpuMs();
    for (let count = 0; count < EMPTY_TRANSACTIONS; count += 1) {
      await this.#client.query("begin");
      await this.#client.query("rollback");
    }
    await sleep(SETTLING_MS);
    return (this.#cpuMs() - before) / EMPTY_TRANSACTIONS;
  }

  /** To the nanosecond, where the system tells it; elsewhere the clock. */
  #cpuMs(): number {
    try {
      const [onCpuNs] = readFileSync(`/proc/${this.#processId}/schedstat`, "utf8").split(" ");
      return Number(onCpuNs) / 1e6;
    } catch {
      return performance.now();
    }
  }
}
