import type { Labels } from "@streamgate/telemetry";
import type { Change } from "../incidents/change.ts";

/** When services were last deployed or restarted: their first minutes are slower, and that is in order. */
export interface Deploys {
  feed(changes: readonly Change[]): void;
  /** An instance that was never seen before is one that began; unless the watching itself has only begun. */
  sawInstance(labels: Labels): void;
  advance(nowMs: number, watchedMs: number): void;
  /** In watched time; `Infinity` where nothing is known. */
  sinceMs(service: string | undefined): number;
}

const STARTS: ReadonlySet<Change["kind"]> = new Set(["deploy", "configuration", "scaling"]);
/** What comes in the first minute was there before. */
const FIRST_LOOK_MS = 60_000;
/** A service that restarts again and again is not being deployed: only the first of its restarts excuses it. */
const BETWEEN_RESTARTS_MS = 15 * 60_000;
const MOST_REMEMBERED = 20_000;

export function createDeploys(): Deploys {
  const lastMs = new Map<string, number>();
  const restartMs = new Map<string, number>();
  const instances = new Set<string>();
  const fed: Change[] = [];
  let watched = 0;
  return {
    feed: (changes) => {
      fed.push(...changes.filter(({ kind }) => STARTS.has(kind)));
    },
    sawInstance({ service, instance }) {
      if (service === undefined || instance === undefined) return;
      const name = JSON.stringify([service, instance]);
      if (instances.has(name)) return;
      instances.add(name);
      if (instances.size > MOST_REMEMBERED) forgetOldest(instances);
      const before = restartMs.get(service) ?? Number.NEGATIVE_INFINITY;
      if (watched < FIRST_LOOK_MS || watched - before < BETWEEN_RESTARTS_MS) return;
      remember(restartMs, service, watched);
      remember(lastMs, service, watched);
    },
    advance(nowMs, watchedMs) {
      watched = watchedMs;
      for (const { labels, atMs } of fed.splice(0)) {
        const { service } = labels;
        if (service === undefined) continue;
        const startMs = watchedMs - Math.max(0, nowMs - atMs);
        const before = lastMs.get(service) ?? Number.NEGATIVE_INFINITY;
        remember(lastMs, service, Math.max(before, startMs));
      }
    },
    sinceMs: (service) => watched - (lastMs.get(service ?? "") ?? Number.NEGATIVE_INFINITY),
  };
}

/** Names come from the watched side: there may be ever new ones. */
function remember(times: Map<string, number>, service: string, ms: number): void {
  times.delete(service);
  times.set(service, ms);
  if (times.size > MOST_REMEMBERED) forgetOldest(times);
}

function forgetOldest(remembered: Set<string> | Map<string, number>): void {
  for (const oldest of remembered.keys()) {
    remembered.delete(oldest);
    return;
  }
}
