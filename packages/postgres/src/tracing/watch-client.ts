import { errorMonitor } from "node:events";
import { isMethod, type Method, wrapMethod } from "@streamgate/core";
import { callAlike } from "./call-alike.ts";
import { takeStack } from "./call-site.ts";
import type { OpenStatement } from "./open-request.ts";
import type { StatementTracer } from "./statement-tracer.ts";

/** What a pool tells the client that it hands a statement to. */
export interface Handover {
  /** Set for as long as the pool's callback runs; the first statement of the client takes it. */
  arriving: OpenStatement | undefined;
}

/**
 * Watches the statements of a `pg.Client` class by a wrapper of `query`: what the caller gets, and when, stays the driver's own, and
 * callbacks are called in the course of the request that handed them over.
 *
 * @param prototype of the class
 */
export function watchClient(
  tracer: StatementTracer,
  prototype: object,
  handover: Handover,
): () => void {
  return wrapMethod(prototype, "query", (original, wrapping) => {
    return function query(
      this: unknown,
      config: unknown,
      values?: unknown,
      callback?: unknown,
    ): unknown {
      // biome-ignore lint/complexity/noArguments: a rest parameter would make an array of every call
      const count = arguments.length;
      const statement = wrapping.isOn
        ? begin(tracer, handover, this, config, values, query)
        : undefined;
      if (statement === undefined) {
        return callAlike(original, this, count, config, values, callback);
      }
      if (isSubmittable(config)) followQuery(tracer, statement, config);
      if (isMethod(callback)) {
        const ours = ending(tracer, statement, callback);
        return callAlike(original, this, count, config, values, ours);
      }
      if (isMethod(values)) {
        const ours = ending(tracer, statement, values);
        return callAlike(original, this, count, config, ours, callback);
      }
      if (isSubmittable(config)) {
        return callAlike(original, this, count, config, values, callback);
      }
      const own = ownCallback(config);
      if (own === undefined) {
        return settle(tracer, statement, () =>
          callAlike(original, this, count, config, values, callback),
        );
      }
      const ours = ending(tracer, statement, own);
      return keepingCallback(config, own, () => original.call(this, config, values, ours));
    };
  });
}

function begin(
  tracer: StatementTracer,
  handover: Handover,
  client: unknown,
  config: unknown,
  values: unknown,
  below: Method,
): OpenStatement | undefined {
  const arriving = handover.arriving;
  handover.arriving = undefined;
  try {
    if (typeof client !== "object" || client === null) return undefined;
    if (arriving !== undefined) return tracer.begin(arriving, client);
    const request = tracer.request();
    if (request === undefined) return undefined;
    const asked = tracer.ask(request, config, values, false, below);
    return asked === undefined ? undefined : tracer.begin(asked, client);
  } catch {
    // Watching must not be noticed by who is watched.
    return undefined;
  }
}

/** A promise is handed on by one of our own, so that a rejection that nobody handles still shows. */
function settle(tracer: StatementTracer, statement: OpenStatement, make: () => unknown): unknown {
  let result: unknown;
  try {
    result = make();
  } catch (error) {
    tracer.fail(statement, error);
    throw error;
  }
  if (!isThenable(result)) return result;
  const isLater = statement.needsLaterStack;
  return result.then(
    (value: unknown) => {
      tracer.succeed(statement, value);
      if (isLater) statement.stack = takeStack();
      return value;
    },
    (error: unknown) => {
      tracer.fail(statement, error);
      if (isLater) statement.stack = takeStack();
      throw error;
    },
  );
}

interface Thenable {
  then(onValue: (value: unknown) => unknown, onError: (error: unknown) => unknown): unknown;
}

function isThenable(value: unknown): value is Thenable {
  return typeof value === "object" && value !== null && isMethod(Reflect.get(value, "then"));
}

function ending(tracer: StatementTracer, statement: OpenStatement, callback: Method): Method {
  return function onResult(this: unknown, error: unknown, result: unknown): unknown {
    if (error === undefined || error === null) tracer.succeed(statement, result);
    else tracer.fail(statement, error);
    if (statement.isPooled) return callback.call(this, error, result);
    return tracer.courses.run(statement.request, () => callback.call(this, error, result));
  };
}

/** `query({ text, callback })`. */
function ownCallback(config: unknown): Method | undefined {
  if (typeof config !== "object" || config === null) return undefined;
  const { callback } = config as { readonly callback?: unknown };
  return isMethod(callback) ? callback : undefined;
}

/** The driver may write our callback into the configuration, which is the caller's: his is put back. */
function keepingCallback(config: unknown, callback: Method, call: () => unknown): unknown {
  try {
    return call();
  } finally {
    if (typeof config === "object" && config !== null) Reflect.set(config, "callback", callback);
  }
}

interface Submittable {
  submit: Method;
}

function isSubmittable(config: unknown): config is Submittable {
  return (
    typeof config === "object" &&
    config !== null &&
    isMethod((config as { readonly submit?: unknown }).submit)
  );
}

/** Cursors, streams of rows, copies and queries made beforehand tell by events, or by a callback of their own. */
function followQuery(tracer: StatementTracer, statement: OpenStatement, query: Submittable): void {
  const own: unknown = Reflect.get(query, "callback");
  if (isMethod(own)) Reflect.set(query, "callback", ending(tracer, statement, own));
  follow(tracer, statement, query);
}

interface EmitterLike {
  once(event: string | symbol, listener: (...values: unknown[]) => void): unknown;
}

/** The monitor sees an error without handling it. */
function follow(tracer: StatementTracer, statement: OpenStatement, query: object): void {
  if (!isEmitter(query)) return;
  query.once(errorMonitor, (error) => tracer.fail(statement, error));
  for (const event of ["end", "close", "finish"]) {
    query.once(event, (result) => tracer.succeed(statement, result));
  }
}

function isEmitter(value: object): value is EmitterLike {
  return isMethod(Reflect.get(value, "once"));
}
