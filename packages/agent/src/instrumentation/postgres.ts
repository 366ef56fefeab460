import { errorMonitor } from "node:events";
import { isMethod, type Method, wrapMethod } from "@streamgate/core";
import type { Attributes, Span } from "@streamgate/telemetry/tracing";
import { type DatabaseCall, DatabaseCalls } from "./database-call.ts";
import { operationOfSql } from "./operation-of-sql.ts";
import { redactSql } from "./redact-sql.ts";
import type { Instrument, Watch } from "./watch.ts";

/** The little of a `pg.Client` that is needed. */
interface ClientLike {
  readonly host?: unknown;
  readonly port?: unknown;
  readonly database?: unknown;
}

interface Statement {
  readonly client: ClientLike;
  readonly sql: string;
}

/**
 * Watches the statements of a `pg.Client` class by a wrapper of `query`, since pg 8 publishes on no channel. The wrapper gives to the
 * caller what the original gives, and calls callbacks in the course of the span in which they were handed over.
 *
 * @param prototype of the class
 */
export function watchStatements(watch: Watch, prototype: object): Instrument {
  const calls = new DatabaseCalls(watch, "postgresql");
  const unwrap = wrapMethod(prototype, "query", (original, wrapping) => {
    return function query(this: unknown, ...values: unknown[]): unknown {
      const call = wrapping.isOn ? beginCall(calls, this, values[0]) : undefined;
      if (call === undefined) return original.apply(this, values);
      const place = placeOfCallback(values);
      if (place === 0) return settle(call, () => original.apply(this, values));
      return original.apply(this, withCallback(watch, call, values, place));
    };
  });
  return { stop: unwrap };
}

function beginCall(
  calls: DatabaseCalls,
  client: unknown,
  config: unknown,
): DatabaseCall | undefined {
  try {
    const sql = sqlOf(config);
    if (sql === undefined) return undefined;
    return calls.begin(operationOfSql(sql), { client: client as ClientLike, sql }, attributesOf);
  } catch {
    calls.watch.ownErrors.with("postgres").add(1);
    return undefined;
  }
}

/** Makes the call; a promise is handed on by one of our own, so that a rejection that nobody handles still shows. */
function settle(call: DatabaseCall, make: () => unknown): unknown {
  let result: unknown;
  try {
    result = make();
  } catch (error) {
    call.fail(error);
    throw error;
  }
  if (!(result instanceof Promise)) {
    if (isEmitter(result)) followEmitter(call, result);
    return result;
  }
  return result.then(
    (value: unknown) => {
      call.succeed();
      return value;
    },
    (error: unknown) => {
      call.fail(error);
      throw error;
    },
  );
}

/** `query(text, callback)` or `query(text, values, callback)`; 0 where there is none. */
function placeOfCallback(values: readonly unknown[]): number {
  if (isMethod(values[1])) return 1;
  return isMethod(values[2]) ? 2 : 0;
}

/** The same values with our callback in place of the caller's. */
function withCallback(
  watch: Watch,
  call: DatabaseCall,
  values: unknown[],
  place: number,
): unknown[] {
  const callback = values[place];
  if (isMethod(callback)) values[place] = ending(call, callback, watch);
  return values;
}

function ending(call: DatabaseCall, callback: Method, { tracer }: Watch): Method {
  const course: Span | undefined = tracer?.current();
  return function onResult(this: unknown, ...results: unknown[]): unknown {
    const [error] = results;
    if (error === undefined || error === null) call.succeed();
    else call.fail(error);
    if (tracer === undefined || course === undefined) return callback.apply(this, results);
    return tracer.run(course, () => callback.apply(this, results));
  };
}

interface EmitterLike {
  once(event: string | symbol, listener: (...values: unknown[]) => void): unknown;
}

function isEmitter(value: unknown): value is EmitterLike {
  return typeof value === "object" && value !== null && isMethod(Reflect.get(value, "once"));
}

/** Cursors, streams of rows and prepared queries tell by events; the monitor sees an error without handling it. */
function followEmitter(call: DatabaseCall, emitter: EmitterLike): void {
  emitter.once(errorMonitor, (error) => call.fail(error));
  for (const event of ["end", "close"]) emitter.once(event, () => call.succeed());
}

/** The text of what `query` was given: a string, a configuration or a query that can be submitted. */
function sqlOf(config: unknown): string | undefined {
  if (typeof config === "string") return config;
  if (typeof config !== "object" || config === null) return undefined;
  const text: unknown = Reflect.get(config, "text") ?? Reflect.get(config, "_text");
  if (typeof text === "string") return text;
  const inner: unknown = Reflect.get(config, "cursor");
  return typeof inner === "object" && inner !== null ? sqlOf(inner) : undefined;
}

/** By OpenTelemetry's names. Parameters are never recorded, nor is the name of the application. */
function attributesOf({ client, sql }: Statement): Attributes {
  const { host, port, database } = client;
  return {
    "db.system.name": "postgresql",
    "db.query.text": redactSql(sql),
    ...(typeof database === "string" ? { "db.namespace": database } : {}),
    ...(typeof host === "string" ? { "server.address": host } : {}),
    ...(typeof port === "number" ? { "server.port": port } : {}),
  };
}
