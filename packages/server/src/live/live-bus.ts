import type { LiveEvent, LiveTopic } from "@streamgate/contract";

/** Tells everybody who looks on what changes. */
export interface LiveBus {
  tick(at: string, figures: Readonly<Record<string, number | null>>): void;
  /** Told together with others of the next fraction of a second. */
  changed(...topics: readonly LiveTopic[]): void;
  /**
   * Begins to tell; what came after `lastId` is told first, or `reset` where that is no longer known.
   *
   * @returns what ends it
   */
  subscribe(tell: (text: string) => void, lastId: string | undefined): () => void;
  /** Hears at once what has changed. @returns what ends it */
  onChanged(hear: (topics: readonly LiveTopic[]) => void): () => void;
  readonly listeners: number;
  close(): void;
}

/** Some minutes of a tick each second or two. */
const KEPT_EVENTS = 512;
const CHANGED_TOGETHER_MS = 250;

/** @param startedAtMs makes ids of another run of the server unlike those of this one */
export function createLiveBus(startedAtMs: number): LiveBus {
  const run = startedAtMs.toString(36);
  const listeners = new Set<(text: string) => void>();
  const kept: { readonly number: number; readonly text: string }[] = [];
  const waiting = new Set<LiveTopic>();
  const hearers = new Set<(topics: readonly LiveTopic[]) => void>();
  let number = 0;
  let timer: NodeJS.Timeout | undefined;

  const tell = (event: LiveEvent): void => {
    number += 1;
    const text = eventText(`${run}-${number}`, event);
    kept.push({ number, text });
    if (kept.length > KEPT_EVENTS) kept.shift();
    for (const listener of listeners) listener(text);
  };
  const tellChanges = (): void => {
    timer = undefined;
    const topics = [...waiting];
    waiting.clear();
    tell({ kind: "changed", topics });
  };
  return {
    tick: (at, figures) => tell({ kind: "tick", at, figures }),
    changed: (...topics) => {
      for (const topic of topics) waiting.add(topic);
      for (const hear of hearers) hear(topics);
      timer ??= setTimeout(tellChanges, CHANGED_TOGETHER_MS).unref();
    },
    subscribe: (listener, lastId) => {
      const missed = lastId === undefined ? [] : missedSince(kept, run, number, lastId);
      if (missed === undefined) listener(eventText(`${run}-${number}`, { kind: "reset" }));
      else for (const text of missed) listener(text);
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onChanged: (hear) => {
      hearers.add(hear);
      return () => hearers.delete(hear);
    },
    get listeners() {
      return listeners.size;
    },
    close: () => {
      clearTimeout(timer);
      listeners.clear();
      hearers.clear();
    },
  };
}

/** The events after an id; undefined where they are no longer known. */
function missedSince(
  kept: readonly { readonly number: number; readonly text: string }[],
  run: string,
  latest: number,
  lastId: string,
): readonly string[] | undefined {
  const [lastRun, digits = ""] = lastId.split("-");
  const last = /^\d{1,15}$/.test(digits) ? Number(digits) : Number.NaN;
  if (lastRun !== run || !(last <= latest)) return undefined;
  const oldest = kept[0]?.number ?? latest + 1;
  if (last < oldest - 1) return undefined;
  return kept.filter((event) => event.number > last).map(({ text }) => text);
}

/** As the HTML standard wants server-sent events. */
function eventText(id: string, { kind, ...data }: LiveEvent): string {
  return `id: ${id}\nevent: ${kind}\ndata: ${JSON.stringify(data)}\n\n`;
}
