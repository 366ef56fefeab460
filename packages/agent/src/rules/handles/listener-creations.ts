import { EventEmitter, getEventListeners } from "node:events";
import { captureStack } from "./creation-stack.ts";
import { type Creation, type CreationRecording, MOST_CREATIONS } from "./creations.ts";

/** Writes down the stack of every listener as it is added to one emitter. */
export function recordListeners(
  emitter: EventEmitter | EventTarget,
  event: string,
  nowMs: () => number,
): CreationRecording {
  const added: { readonly listener: unknown; readonly creation: Creation }[] = [];
  const note: Note = (listener, above) => {
    added.push({ listener, creation: { atMs: nowMs(), frames: captureStack(above) } });
    if (added.length > MOST_CREATIONS) added.splice(0, MOST_CREATIONS / 2);
  };
  const alive = (): readonly Creation[] => {
    const present = new Set(listenersOf(emitter, event));
    return added.filter(({ listener }) => present.has(listener)).map(({ creation }) => creation);
  };
  const stop =
    emitter instanceof EventEmitter
      ? noteEmitter(emitter, event, note)
      : noteTarget(emitter, event, note);
  return { alive, stop };
}

type Note = (listener: unknown, above: (...input: never[]) => unknown) => void;

function noteEmitter(emitter: EventEmitter, event: string, note: Note): () => void {
  const onNewListener = (name: string | symbol, listener: unknown): void => {
    if (name === event) note(listener, onNewListener);
  };
  emitter.on("newListener", onNewListener);
  return () => emitter.off("newListener", onNewListener);
}

function noteTarget(target: EventTarget, event: string, note: Note): () => void {
  const original: unknown = Reflect.get(target, "addEventListener");
  const add: EventTarget["addEventListener"] = (...input) => {
    if (input[0] === event) note(input[1], add);
    if (typeof original === "function") Reflect.apply(original, target, input);
  };
  Reflect.defineProperty(target, "addEventListener", { value: add, configurable: true });
  return () => Reflect.deleteProperty(target, "addEventListener");
}

function listenersOf(emitter: EventEmitter | EventTarget, event: string): readonly unknown[] {
  return emitter instanceof EventEmitter
    ? emitter.listeners(event)
    : getEventListeners(emitter, event);
}
