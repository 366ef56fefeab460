import { isMethod, type Method, wrapMethod } from "@streamgate/core";
import { callAlike } from "./call-alike.ts";
import { takeStack } from "./call-site.ts";
import type { OpenRequest, OpenStatement } from "./open-request.ts";
import type { StatementTracer } from "./statement-tracer.ts";
import type { Handover } from "./watch-client.ts";

/**
 * Watches a `pg.Pool` class: a statement waits there for a connection, and goes on in the course of whoever gave that back. What the
 * pool was asked for is therefore noted at the call, where the caller's stack and request are known, and handed to the client.
 *
 * @param prototype of the class
 */
export function watchPool(
  tracer: StatementTracer,
  prototype: object,
  handover: Handover,
): () => void {
  let asked: OpenStatement | undefined;
  const unwrapQuery = wrapMethod(prototype, "query", (original, wrapping) => {
    return function query(
      this: unknown,
      config: unknown,
      values?: unknown,
      callback?: unknown,
    ): unknown {
      // biome-ignore lint/complexity/noArguments: a rest parameter would make an array of every call
      const count = arguments.length;
      const request = wrapping.isOn ? tracer.request() : undefined;
      if (request === undefined) return callAlike(original, this, count, config, values, callback);
      const statement = noted(tracer, request, config, values, query);
      asked = statement;
      try {
        const result = callAlike(
          original,
          this,
          count,
          config,
          bound(tracer, request, values),
          bound(tracer, request, callback),
        );
        return statement?.needsLaterStack === true ? withLaterStack(statement, result) : result;
      } finally {
        asked = undefined;
      }
    };
  });
  const unwrapConnect = wrapMethod(prototype, "connect", (original, wrapping) => {
    return function connect(this: unknown, callback?: unknown): unknown {
      const statement = asked;
      asked = undefined;
      if (!wrapping.isOn || !isMethod(callback)) return original.call(this, callback);
      if (statement !== undefined) {
        statement.waits = !isAtHand(this);
        return original.call(this, arrival(handover, statement, callback));
      }
      const request = tracer.request();
      return original.call(
        this,
        request === undefined ? callback : bound(tracer, request, callback),
      );
    };
  });
  return () => {
    unwrapQuery();
    unwrapConnect();
  };
}

/** Whether a connection lies idle that nobody waits for: then it is given in the next tick, and when that is need not be looked up. */
function isAtHand(pool: unknown): boolean {
  const { idleCount, waitingCount } = pool as { readonly [name: string]: unknown };
  return (
    typeof idleCount === "number" && typeof waitingCount === "number" && idleCount > waitingCount
  );
}

function noted(
  tracer: StatementTracer,
  request: OpenRequest,
  config: unknown,
  values: unknown,
  below: Method,
): OpenStatement | undefined {
  try {
    return tracer.ask(request, config, values, true, below);
  } catch {
    // Watching must not be noticed by who is watched.
    return undefined;
  }
}

/** The stack of those who wait for the answer; it can be seen from within the promise that they wait for. */
function withLaterStack(statement: OpenStatement, result: unknown): unknown {
  if (!(result instanceof Promise)) return result;
  return result.then(
    (value: unknown) => {
      statement.stack = takeStack();
      return value;
    },
    (error: unknown) => {
      statement.stack = takeStack();
      throw error;
    },
  );
}

function arrival(handover: Handover, statement: OpenStatement, callback: Method): Method {
  return function onConnection(this: unknown, error: unknown, client: unknown, release: unknown) {
    handover.arriving = statement;
    try {
      return callback.call(this, error, client, release);
    } finally {
      handover.arriving = undefined;
    }
  };
}

/** The caller's callback in the caller's course. */
function bound(tracer: StatementTracer, request: OpenRequest, callback: unknown): unknown {
  if (!isMethod(callback)) return callback;
  return function onResult(this: unknown, ...results: unknown[]): unknown {
    return tracer.courses.run(request, () => callback.apply(this, results));
  };
}
