import type { RuleContext } from "../rule.ts";
import type { LiveStack } from "../sites/kept-allocations.ts";
import { type LeakSite, leakSites } from "../sites/leak-sites.ts";
import type { CountedThing } from "./counted-things.ts";
import type { Creation, CreationRecording } from "./creations.ts";

/** Looks for the places that make the handles that stay. */
export interface CreationSearch {
  /** What grows now; nothing is recorded for others. */
  pursue(growing: readonly CountedThing[]): void;
  sitesOf(name: string): readonly LeakSite[];
  stop(): void;
}

const SHORTEST_MS = 6000;
const LONGEST_MS = 30_000;
/** A handle that has lived for so long counts as one that stays. */
const OLD_MS = 4000;
const ENOUGH = 12;
const LEAST = 3;
const REST_MS = 10 * 60_000;

interface Search {
  readonly name: string;
  readonly recording: CreationRecording;
  readonly sinceMs: number;
}

/** Records one kind at a time, for half a minute at most, and not again for ten where it found nothing. */
export function createCreationSearch(context: Pick<RuleContext, "clock">): CreationSearch {
  const nowMs = (): number => context.clock.monotonicMs();
  const found = new Map<string, readonly LeakSite[]>();
  const restUntilMs = new Map<string, number>();
  let running: Search | undefined;

  const finish = (search: Search, old: readonly Creation[], alive: readonly Creation[]): void => {
    search.recording.stop();
    running = undefined;
    // Where each lives for a moment, ever more of them are made: retries that never give up.
    const staying = old.length >= LEAST ? old : alive;
    const sites = staying.length < LEAST ? [] : leakSites(staying.map(toStack));
    if (sites.length > 0) found.set(search.name, sites);
    else restUntilMs.set(search.name, nowMs() + REST_MS);
  };
  return {
    sitesOf: (name) => found.get(name) ?? [],
    pursue: (growing) => {
      const names = new Set(growing.map(({ name }) => name));
      for (const name of found.keys()) if (!names.has(name)) found.delete(name);
      if (running !== undefined) {
        const ageMs = nowMs() - running.sinceMs;
        const alive = running.recording.alive();
        const old = alive.filter(({ atMs }) => nowMs() - atMs >= OLD_MS);
        const isOver = ageMs >= LONGEST_MS || !names.has(running.name);
        if (isOver || (ageMs >= SHORTEST_MS && old.length >= ENOUGH)) finish(running, old, alive);
        return;
      }
      const next = growing.find(
        ({ name, record }) =>
          record !== undefined && !found.has(name) && nowMs() >= (restUntilMs.get(name) ?? 0),
      );
      if (next?.record === undefined) return;
      running = { name: next.name, recording: next.record(nowMs), sinceMs: nowMs() };
    },
    stop: () => {
      running?.recording.stop();
      running = undefined;
    },
  };
}

function toStack({ frames }: Creation): LiveStack {
  return { frames, liveBytes: 1, liveSamples: 1, oldBytes: 1, oldSamples: 1, quarters: 4 };
}
