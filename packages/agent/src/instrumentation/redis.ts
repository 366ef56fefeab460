import { wrapMethod } from "@streamgate/core";
import type { Attributes } from "@streamgate/telemetry/tracing";
import { type DatabaseCall, DatabaseCalls } from "./database-call.ts";
import type { Instrument, Watch } from "./watch.ts";

/** The little of an ioredis `Command` that is needed. */
interface CommandLike {
  readonly name: string;
  resolve: (value: unknown) => unknown;
  reject: (error: unknown) => unknown;
  [mark: symbol]: true | undefined;
}

interface ClientLike {
  readonly options?: { readonly host?: unknown; readonly port?: unknown };
}

/**
 * Watches the commands of an ioredis class by a wrapper of `sendCommand`. ioredis publishes on tracing channels too, but as soon as
 * somebody listens it prints the arguments of every command and wraps its promise: one to four microseconds that this saves.
 *
 * @param prototype of the class
 */
export function watchRedis(watch: Watch, prototype: object): Instrument {
  const calls = new DatabaseCalls(watch, "redis");
  const names = new OperationNames();
  const mark = Symbol("observed command");
  const observe = (client: ClientLike, command: CommandLike): void => {
    if (command[mark] === true) return;
    command[mark] = true;
    const call = calls.begin(names.of(command.name), client, attributesOf);
    const ended = (): void => {
      command[mark] = undefined;
    };
    followCommand(call, command, ended);
  };
  const unwrap = wrapMethod(prototype, "sendCommand", (original, wrapping) => {
    return function sendCommand(this: unknown, ...values: unknown[]): unknown {
      try {
        if (wrapping.isOn) observe(this as ClientLike, values[0] as CommandLike);
      } catch {
        watch.ownErrors.with("redis").add(1);
      }
      return original.apply(this, values);
    };
  });
  return { stop: unwrap };
}

/** Until it is answered; a command that is sent again before, as after a reconnection, is the same call. */
function followCommand(call: DatabaseCall, command: CommandLike, ended: () => void): void {
  const { resolve, reject } = command;
  command.resolve = (value) => {
    ended();
    call.succeed();
    return resolve(value);
  };
  command.reject = (error) => {
    ended();
    call.fail(error);
    return reject(error);
  };
}

/** Redis has some 400 commands; a program may send what is none. */
const MOST_OPERATIONS = 500;
const LONGEST_OPERATION = 40;

/** Names of commands in one spelling, made once each. */
class OperationNames {
  private readonly known = new Map<string, string>();

  of(command: string): string {
    const known = this.known.get(command);
    if (known !== undefined) return known;
    if (this.known.size >= MOST_OPERATIONS) return "OTHER";
    const operation = command.slice(0, LONGEST_OPERATION).toUpperCase();
    this.known.set(command, operation);
    return operation;
  }
}

/** By OpenTelemetry's names; keys and values are never recorded. */
function attributesOf({ options }: ClientLike): Attributes {
  return {
    "db.system.name": "redis",
    ...(typeof options?.host === "string" ? { "server.address": options.host } : {}),
    ...(typeof options?.port === "number" ? { "server.port": options.port } : {}),
  };
}
