import { type Clock, type Finding, type PostgresBudget, systemClock } from "@streamgate/core";
import type { Budget, Budgets } from "../budgets/budget.ts";
import { badTraceOption } from "../errors.ts";
import type { TracedRequest } from "../requests/traced-request.ts";
import type { Follows } from "./courses.ts";
import type { CallSites } from "./statement-tracer.ts";

/** The little of `pg` that is needed: `import pg from "pg"`. */
export interface PostgresModule {
  readonly Client: object;
  readonly Pool: object;
}

/** What is traced, and who hears of it. */
export interface TraceOptions {
  /** The driver to watch. @default every copy of pg that is loaded, else the one that can be */
  readonly pg?: PostgresModule;
  /** Makes a traced request of each that this process serves by node:http, Fastify's `inject` included. @default true */
  readonly http?: boolean;
  /**
   * So many requests a second are traced, the first ones of each second; above 0, `Infinity` for every one. While none is traced, Node.js
   * follows no courses, so that a service under full load pays little whatever its rate.
   * @default 50; every one with `overBudget: "fail"`
   */
  readonly requestsPerSecond?: number;
  /**
   * Through what the statements of a request are followed: promises, timers, callbacks, streams and whatever else Node.js knows (5 % more CPU
   * for a small statement, before Node.js 24, while requests are traced); or promises only, `await` among them, callbacks of pg and the events
   * of a served request (next to nothing): what is asked in a timer, or in a callback of another library, is then not traced. For
   * services that trace every request under full load. @default "everything"
   */
  readonly follows?: Follows;
  /**
   * Of which calls the application's stack is taken: of the second and third of a statement in a request, until the place is known
   * (the least cost); of every one (for tests and recordings: tells a loop from as many places in the code); of none.
   * @default "repeated"
   */
  readonly callSites?: CallSites;
  /**
   * In one request of so many, and in the first results of each statement, the rows of `select *` are watched for columns that nobody reads;
   * 0: in none. @default 0
   */
  readonly columnReadsOneIn?: number;
  /** Statements of one request that are kept, 1 to 1,000,000; more are counted. @default 1_000 */
  readonly maxStatementsPerRequest?: number;
  /** What requests may ask of the database, by their names. @default none */
  readonly budgets?: Budgets;
  /**
   * `warn` publishes on the channel and calls `onBudget`; `fail` also throws at the end of `runRequest`, and in `assertBudgets`.
   * @default "warn"
   */
  readonly overBudget?: "warn" | "fail";
  /** Called with every excess. @default not */
  readonly onBudget?: (excess: PostgresBudget) => void;
  /** Called with each request that asked the database, when it has ended. @default not */
  readonly onRequest?: (request: TracedRequest) => void;
  /** Called once with each finding. @default not */
  readonly onFinding?: (finding: Finding) => void;
  /**
   * The first ten requests of each name, and then one request in so many but at most ten a second, are looked into for `onFinding`; 1: every
   * one. Of the others no books are kept where nobody else asks for them (`onRequest`, budgets, the channels). @default 100
   */
  readonly findingsOneIn?: number;
  /** @default the system's */
  readonly clock?: Clock;
}

const DEFAULTS = {
  http: true,
  requestsPerSecond: 50,
  follows: "everything",
  callSites: "repeated",
  columnReadsOneIn: 0,
  maxStatementsPerRequest: 1_000,
  budgets: {},
  overBudget: "warn",
  findingsOneIn: 100,
  clock: systemClock,
} as const;

export type ResolvedTraceOptions = TraceOptions &
  Required<Omit<TraceOptions, "pg" | "onBudget" | "onRequest" | "onFinding">>;

const MOST_STATEMENTS = 1_000_000;
const CALL_SITES = new Set<unknown>(["repeated", "every-call", "none"]);

/** @throws StreamGateError `SG_POSTGRES_BAD_OPTION` */
export function resolveTraceOptions(options: TraceOptions): ResolvedTraceOptions {
  const everyOne =
    options.overBudget === "fail" ? { requestsPerSecond: Number.POSITIVE_INFINITY } : {};
  const resolved = { ...DEFAULTS, ...everyOne, ...options };
  requireInteger("maxStatementsPerRequest", resolved.maxStatementsPerRequest, 1, MOST_STATEMENTS);
  requireInteger("columnReadsOneIn", resolved.columnReadsOneIn, 0, Number.MAX_SAFE_INTEGER);
  if (!(resolved.requestsPerSecond > 0))
    throw badTraceOption("requestsPerSecond", resolved.requestsPerSecond, "a number above 0");
  requireInteger("findingsOneIn", resolved.findingsOneIn, 1, Number.MAX_SAFE_INTEGER);
  if (!CALL_SITES.has(resolved.callSites))
    throw badTraceOption("callSites", resolved.callSites, '"repeated", "every-call" or "none"');
  if (resolved.follows !== "everything" && resolved.follows !== "promises")
    throw badTraceOption("follows", resolved.follows, '"everything" or "promises"');
  if (resolved.overBudget !== "warn" && resolved.overBudget !== "fail")
    throw badTraceOption("overBudget", resolved.overBudget, '"warn" or "fail"');
  for (const [request, budget] of Object.entries<Budget>(resolved.budgets)) {
    for (const [name, value] of Object.entries(budget)) {
      if (!(typeof value === "number" && value >= 0))
        throw badTraceOption(`budgets["${request}"].${name}`, value, "a number of at least 0");
    }
  }
  return resolved;
}

function requireInteger(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw badTraceOption(name, value, `an integer from ${least} to ${most}`);
}
