import { type Channel, channel } from "node:diagnostics_channel";
import {
  CHANNELS,
  type PostgresBudget,
  type PostgresFinding,
  type PostgresRequest,
} from "@streamgate/core";
import { type Budget, budgetOf, excessOf } from "../budgets/budget.ts";
import { describeStatements } from "../budgets/describe-statements.ts";
import { overBudget } from "../errors.ts";
import type { TracedRequest } from "../requests/traced-request.ts";
import { type Courses, openCourses } from "./courses.ts";
import { FindingsTeller } from "./findings-teller.ts";
import { followHttp } from "./http-requests.ts";
import { findDrivers, prototypeIn } from "./loaded-drivers.ts";
import { OpenRequest } from "./open-request.ts";
import { type ResolvedTraceOptions, resolveTraceOptions, type TraceOptions } from "./options.ts";
import { StatementTracer } from "./statement-tracer.ts";
import { type Handover, watchClient } from "./watch-client.ts";
import { watchPool } from "./watch-pool.ts";

/** The tracing of this process, while it runs. */
export interface StatementTracing {
  /**
   * Everything that `work` asks of the database, at once or later, belongs to one request. It ends when `work` returns, or when the
   * promise that it returns is settled; what `work` gives or throws is handed on as it is.
   *
   * @throws StreamGateError `SG_POSTGRES_OVER_BUDGET` with `overBudget: "fail"`, where `work` itself succeeded
   */
  runRequest<Result>(name: string, work: () => Result): Result;
  /** Names the request in whose course it is called: `GET /users/:id`. */
  nameRequest(name: string): void;
  /** @throws StreamGateError `SG_POSTGRES_OVER_BUDGET`: the first excess since the last call, with `overBudget: "fail"` */
  assertBudgets(): void;
  /** Takes everything back: wrapped methods and subscriptions. */
  stop(): void;
}

/**
 * Traces the statements of `pg`, whoever asks them: the program itself, Knex, Drizzle, or any other that stands on it. Results, errors
 * and their order stay what they were; outside of requests nothing is kept.
 *
 * @throws StreamGateError `SG_POSTGRES_BAD_OPTION`, `SG_POSTGRES_DRIVER_MISSING`
 *
 * @example
 * ```ts
 * import { traceStatements } from "@streamgate/postgres";
 *
 * const tracing = traceStatements({
 *   budgets: { "GET /orders": { maxStatements: 5, maxDatabaseMs: 100 } },
 *   onFinding: ({ summary, remedy }) => console.warn(summary, remedy),
 * });
 * await tracing.runRequest("nightly report", async () => undefined);
 * tracing.stop();
 * ```
 */
export function traceStatements(options: TraceOptions = {}): StatementTracing {
  return new RunningTracing(resolveTraceOptions(options));
}

const SECOND_MS = 1_000;

class RunningTracing implements StatementTracing {
  readonly courses: Courses;
  private readonly options: ResolvedTraceOptions;
  private readonly ends: (() => void)[] = [];
  private readonly teller: FindingsTeller;
  private readonly requests: Channel = channel(CHANNELS.postgresRequest);
  private readonly budgets: Channel = channel(CHANNELS.postgresBudget);
  private readonly found: Channel = channel(CHANNELS.postgresFinding);
  private readonly statements: Channel = channel(CHANNELS.postgresStatement);
  private readonly hasBudgets: boolean;
  private secondBeganMs = Number.NEGATIVE_INFINITY;
  private openedInSecond = 0;
  private opened = 0;
  private running = 0;
  private firstExcess: Error | undefined;

  constructor(options: ResolvedTraceOptions) {
    this.options = options;
    this.courses = openCourses(options.follows);
    this.hasBudgets = Object.keys(options.budgets).length > 0;
    const { onFinding, findingsOneIn, clock } = options;
    this.teller = new FindingsTeller(
      (finding) => {
        if (this.found.hasSubscribers) this.found.publish({ finding } satisfies PostgresFinding);
        onFinding?.(finding);
      },
      findingsOneIn,
      clock,
    );
    const tracer = new StatementTracer({
      courses: this.courses,
      clock,
      mostStatements: options.maxStatementsPerRequest,
      callSites: options.callSites,
      watchesColumns: options.columnReadsOneIn > 0,
    });
    for (const driver of options.pg === undefined ? findDrivers() : [options.pg]) {
      const handover: Handover = { arriving: undefined };
      const [client, pool] = [prototypeIn(driver, "Client"), prototypeIn(driver, "Pool")];
      if (client !== undefined) this.ends.push(watchClient(tracer, client, handover));
      if (pool !== undefined) this.ends.push(watchPool(tracer, pool, handover));
    }
    if (options.http) this.ends.push(followHttp(this));
  }

  runRequest<Result>(name: string, work: () => Result): Result {
    const request = this.open(name, false);
    if (request === undefined) return work();
    let result: Result;
    try {
      result = this.courses.run(request, work);
    } catch (error) {
      this.finish(request);
      throw error;
    }
    if (isThenable(result)) {
      // A query builder asks when it is awaited: that must happen in the course of the request.
      return this.courses.run(request, () => this.finishLater(request, result)) as Result;
    }
    const excess = this.finish(request);
    if (excess !== undefined) throw excess;
    return result;
  }

  nameRequest(name: string): void {
    const request = this.courses.current();
    if (request !== undefined) request.name = name;
  }

  assertBudgets(): void {
    const excess = this.firstExcess;
    this.firstExcess = undefined;
    if (excess !== undefined) throw excess;
  }

  stop(): void {
    for (const end of this.ends.splice(0).reverse()) end();
    this.courses.rest();
  }

  open(name: string, isHttp = true): OpenRequest | undefined {
    const { clock, columnReadsOneIn } = this.options;
    const startMs = clock.monotonicMs();
    if (!this.mayOpen(startMs)) return undefined;
    const interest = this.tellsFindings ? this.teller.interestIn(name, startMs) : "none";
    if (interest === "none" && !this.keepsAll) return undefined;
    this.opened += 1;
    this.running += 1;
    const watchesColumns = columnReadsOneIn > 0 && this.opened % columnReadsOneIn === 0;
    return new OpenRequest(name, clock.now(), startMs, {
      watchesColumns,
      isHttp,
      interest,
    });
  }

  private get tellsFindings(): boolean {
    return this.options.onFinding !== undefined || this.found.hasSubscribers;
  }

  /** Whether somebody hears of every request, looked into or not. */
  private get keepsAll(): boolean {
    return (
      this.hasBudgets ||
      this.options.onRequest !== undefined ||
      this.requests.hasSubscribers ||
      this.statements.hasSubscribers
    );
  }

  /** The first ones of each second: what is traced under load is traced together, and nobody is followed for the rest of it. */
  private mayOpen(nowMs: number): boolean {
    if (nowMs - this.secondBeganMs >= SECOND_MS) {
      this.secondBeganMs = nowMs;
      this.openedInSecond = 0;
    }
    this.openedInSecond += 1;
    return this.openedInSecond <= this.options.requestsPerSecond;
  }

  /** @returns what is to be thrown where a budget must be kept */
  finish(request: OpenRequest): Error | undefined {
    if (!request.isOpen) return undefined;
    request.isOpen = false;
    this.running -= 1;
    if (this.running === 0) this.courses.rest();
    try {
      return this.conclude(request);
    } finally {
      // Whoever still holds the course of this request shall not hold its results.
      request.statements = [];
    }
  }

  private finishLater(request: OpenRequest, result: PromiseLike<unknown>): PromiseLike<unknown> {
    return result.then(
      (value) => {
        const excess = this.finish(request);
        if (excess !== undefined) throw excess;
        return value;
      },
      (error: unknown) => {
        this.finish(request);
        throw error;
      },
    );
  }

  private conclude(request: OpenRequest): Error | undefined {
    const { name, count, databaseMs, startMs } = request;
    const endMs = this.options.clock.monotonicMs();
    let kept: TracedRequest | undefined;
    const traced = (): TracedRequest => {
      kept ??= request.traced(endMs);
      return kept;
    };
    if (request.interest !== "none") tellSafely(() => this.teller.ended(request, traced));
    if (count === 0) return undefined;
    if (this.requests.hasSubscribers) {
      const durationMs = endMs - startMs;
      const told: PostgresRequest = { request: name, durationMs, statements: count, databaseMs };
      this.requests.publish(told);
    }
    const { onRequest, budgets } = this.options;
    if (onRequest !== undefined) tellSafely(() => onRequest(traced()));
    const budget = budgetOf(budgets, name);
    if (budget === undefined) return undefined;
    return this.checkBudget(budget, { name, statements: count, databaseMs }, traced);
  }

  private checkBudget(
    budget: Budget,
    spent: { readonly name: string; readonly statements: number; readonly databaseMs: number },
    traced: () => TracedRequest,
  ): Error | undefined {
    const excess = excessOf(budget, spent);
    if (excess === undefined) return undefined;
    const { name: request, statements, databaseMs } = spent;
    const told: PostgresBudget = { request, statements, databaseMs, ...budget };
    this.budgets.publish(told);
    tellSafely(() => this.options.onBudget?.(told));
    if (this.options.overBudget !== "fail") return undefined;
    const error = overBudget(request, excess, describeStatements(traced()));
    this.firstExcess ??= error;
    return error;
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === "object" && value !== null && typeof Reflect.get(value, "then") === "function"
  );
}

/** What a listener throws is a warning: the request that it was told of has nothing to do with it. */
function tellSafely(tell: () => void): void {
  try {
    tell();
  } catch (error) {
    process.emitWarning(`a listener of traceStatements failed: ${String(error)}`);
  }
}
