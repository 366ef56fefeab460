import { EventEmitter, getEventListeners } from "node:events";
import type { CountedThing } from "./counted-things.ts";
import { recordListeners } from "./listener-creations.ts";

/** Emitters whose listeners are counted. */
export interface WatchedListeners {
  count(): readonly CountedThing[];
  /** Counts the listeners of an emitter under a name, for as long as it lives. */
  watch(name: string, emitter: EventEmitter | EventTarget): void;
  stop(): void;
}

const MOST_EMITTERS = 100;
const MOST_LISTENERS_TO_NAME = 3;

interface Watched {
  readonly name: string;
  readonly emitter: WeakRef<EventEmitter | EventTarget>;
  /** Absent: every event of the emitter. */
  readonly event?: string | symbol;
}

/**
 * Counts the listeners of the process itself, of emitters that it is given, and of every emitter that Node warned of. A warning alone is no
 * leak: eleven listeners may be right, and stay eleven.
 */
export function watchListeners(): WatchedListeners {
  const watched: Watched[] = [];
  const add = (each: Watched): void => {
    if (watched.length < MOST_EMITTERS) watched.push(each);
  };
  add({ name: "process", emitter: new WeakRef<EventEmitter>(process) });

  const onWarning = (warning: Error): void => {
    if (warning.name !== "MaxListenersExceededWarning") return;
    const emitter = emitterOf(warning);
    if (emitter === undefined || emitter === process) return;
    const event = "type" in warning ? warning.type : undefined;
    if (typeof event !== "string" && typeof event !== "symbol") return;
    add({ name: emitter.constructor.name, emitter: new WeakRef(emitter), event });
  };
  process.on("warning", onWarning);

  return {
    watch: (name, emitter) => add({ name, emitter: new WeakRef(emitter) }),
    count: () =>
      watched.flatMap((each, index) => {
        const emitter = each.emitter.deref();
        return emitter === undefined ? [] : countListeners(each, emitter, index);
      }),
    stop: () => {
      process.off("warning", onWarning);
      watched.length = 0;
    },
  };
}

function countListeners(
  { name, event }: Watched,
  emitter: EventEmitter | EventTarget,
  index: number,
): readonly CountedThing[] {
  const events =
    event !== undefined ? [event] : emitter instanceof EventEmitter ? emitter.eventNames() : [];
  return events.map((each) => {
    const listeners = getEventListeners(emitter, String(each));
    const count = emitter instanceof EventEmitter ? emitter.listenerCount(each) : listeners.length;
    return {
      name: `listeners ${index} ${String(each)}`,
      plural: `Listeners of "${String(each)}" at ${name}`,
      count,
      source: "events",
      record: (nowMs) => recordListeners(emitter, String(each), nowMs),
      remedy: `Remove each listener when what it serves has ended, or add it once${sayListeners(listeners)}.`,
    };
  });
}

/** The functions that were added last: a leak is among them. */
function sayListeners(listeners: readonly unknown[]): string {
  const names = listeners
    .slice(-MOST_LISTENERS_TO_NAME)
    .map((listener) => (typeof listener === "function" ? listener.name : ""))
    .filter((name) => name !== "" && name !== "bound ");
  return names.length === 0 ? "" : ` (the last ones are called ${[...new Set(names)].join(", ")})`;
}

function emitterOf(warning: Error): EventEmitter | EventTarget | undefined {
  const emitter: unknown =
    "emitter" in warning ? warning.emitter : "target" in warning ? warning.target : undefined;
  return emitter instanceof EventEmitter || emitter instanceof EventTarget ? emitter : undefined;
}
