import { createHook } from "node:async_hooks";
import type { RawFrame } from "../sites/code-frame.ts";
import { captureStack } from "./creation-stack.ts";

/** Something that was made, with the stack that made it. */
export interface Creation {
  readonly atMs: number;
  readonly frames: readonly RawFrame[];
}

/** Things of one kind being recorded as they are made. */
export interface CreationRecording {
  /** Those that still live, oldest first. */
  alive(): readonly Creation[];
  stop(): void;
}

/** How many are remembered; beyond it, the older half is forgotten. */
export const MOST_CREATIONS = 2000;

/**
 * Writes down the stack of every handle of a kind as it is made, by `node:async_hooks`, which calls back for every promise of
 * the process too: an `await` costs some three times as much meanwhile. For seconds only.
 *
 * @param type as `process.getActiveResourcesInfo` calls it: `TCPSocketWrap`
 */
export function recordHandles(type: string, nowMs: () => number): CreationRecording {
  const hookedType = hookedTypeOf(type);
  let made: { readonly resource: WeakRef<object>; readonly creation: Creation }[] = [];
  const onInit = (_id: number, name: string, _trigger: number, resource: object): void => {
    if (name !== hookedType) return;
    const creation = { atMs: nowMs(), frames: captureStack(onInit) };
    made.push({ resource: new WeakRef(resource), creation });
    if (made.length <= MOST_CREATIONS) return;
    made = made.filter((each) => isOpen(each.resource.deref())).slice(-MOST_CREATIONS / 2);
  };
  const hook = createHook({ init: onInit }).enable();
  return {
    alive: () =>
      made.filter(({ resource }) => isOpen(resource.deref())).map(({ creation }) => creation),
    stop: () => hook.disable(),
  };
}

/** What async_hooks calls a type that `getActiveResourcesInfo` names: `TCPSocketWrap` is `TCPWRAP`. */
function hookedTypeOf(type: string): string {
  if (type === "Timeout" || type === "Immediate") return type;
  return type.replace(/^(TCP|Pipe)SocketWrap$/, "$1Wrap").toUpperCase();
}

/** A resource that is neither collected nor, as far as its kind tells, closed. */
function isOpen(resource: object | undefined): boolean {
  if (resource === undefined) return false;
  if ("_destroyed" in resource) return resource._destroyed !== true;
  if ("fd" in resource) return resource.fd !== -1;
  return true;
}
