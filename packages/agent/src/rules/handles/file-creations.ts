import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { captureStack } from "./creation-stack.ts";
import { type Creation, type CreationRecording, MOST_CREATIONS } from "./creations.ts";

type AnyFunction = (...input: never[]) => unknown;

/**
 * Writes down the stack of every file as it is opened, by standing in front of `fs.open`, `fs.openSync` and
 * `fs.promises.open` until it is stopped. A descriptor that the process has at the end was not closed.
 */
export function recordFiles(nowMs: () => number): CreationRecording {
  const opened = new Map<number, { readonly identity: string; readonly creation: Creation }>();
  const note = (descriptor: unknown, frames: Creation["frames"], atMs: number): void => {
    const identity = identityOf(descriptor);
    if (typeof descriptor !== "number" || identity === undefined) return;
    // The kernel gives numbers of closed files again: only the last one of each can be open.
    opened.delete(descriptor);
    opened.set(descriptor, { identity, creation: { atMs, frames } });
    if (opened.size > MOST_CREATIONS) opened.delete(opened.keys().next().value ?? descriptor);
  };
  const { open, openSync } = fs;
  const openPromise = fs.promises.open;

  const watchedOpenSync = (...input: Parameters<typeof openSync>): number => {
    const descriptor = openSync(...input);
    note(descriptor, captureStack(watchedOpenSync), nowMs());
    return descriptor;
  };
  const watchedOpen = (...input: unknown[]): void => {
    const callback = input.at(-1);
    const frames = captureStack(watchedOpen);
    const atMs = nowMs();
    if (typeof callback === "function") {
      input[input.length - 1] = (error: unknown, descriptor: unknown): void => {
        note(descriptor, frames, atMs);
        callback(error, descriptor);
      };
    }
    Reflect.apply(open, fs, input);
  };
  const watchedOpenPromise = async (
    ...input: Parameters<typeof openPromise>
  ): Promise<fs.promises.FileHandle> => {
    const frames = captureStack(watchedOpenPromise);
    const atMs = nowMs();
    const handle = await openPromise(...input);
    note(handle.fd, frames, atMs);
    return handle;
  };
  const restore = [
    replace(fs, "open", watchedOpen),
    replace(fs, "openSync", watchedOpenSync),
    replace(fs.promises, "open", watchedOpenPromise),
  ];
  syncBuiltinESMExports();
  return {
    alive: () =>
      [...opened]
        .filter(([descriptor, { identity }]) => identityOf(descriptor) === identity)
        .map(([, { creation }]) => creation),
    stop: () => {
      for (const undo of restore) undo();
      syncBuiltinESMExports();
    },
  };
}

/** @returns undoes it, unless somebody else has put something in front meanwhile */
function replace(holder: object, name: string, by: AnyFunction): () => void {
  const original: unknown = Reflect.get(holder, name);
  // Such as `util.promisify.custom` of the original.
  Object.defineProperties(by, Object.getOwnPropertyDescriptors(original));
  Reflect.set(holder, name, by);
  return () => {
    if (Reflect.get(holder, name) === by) Reflect.set(holder, name, original);
  };
}

/** What tells an open file from a later one with the same number. */
function identityOf(descriptor: unknown): string | undefined {
  if (typeof descriptor !== "number") return undefined;
  try {
    const { dev, ino, ctimeMs } = fs.fstatSync(descriptor);
    return `${dev}:${ino}:${ctimeMs}`;
  } catch {
    return undefined;
  }
}
