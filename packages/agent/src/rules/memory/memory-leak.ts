import type { Finding } from "@streamgate/core";
import type { Collection, Observation } from "../../samplers/observation.ts";
import { forecastLimit, severityOfLeak } from "../growth/forecast-limit.ts";
import type { Growth, GrowthCriteria } from "../growth/judge-growth.ts";
import { type LeakState, LeakWatch } from "../growth/leak-watch.ts";
import { sayBytes, sayHours, sayShare } from "../quantities.ts";
import { adviseOn, estimated, measured, type Rule, type RuleContext } from "../rule.ts";
import type { LeakSite } from "../sites/leak-sites.ts";
import { type SearchState, SiteSearch } from "../sites/site-search.ts";
import { loadAt } from "./load-at.ts";

/** What growth of memory must show, in floors after major collections, to be called a leak. */
export const MEMORY_CRITERIA: GrowthCriteria = {
  fewestPoints: 8,
  shortestMs: 35_000,
  significance: 0.01,
  leastRise: 500_000,
  leastRelativeRise: 0.04,
  leastSignalToNoise: 3,
  leastLaterRate: 0.6,
  leastShareBesideSteps: 0.35,
  leastAgreeingShare: 0.15,
};

/** Outside the heap single buffers are large, and few of them make a trend. */
const OUTSIDE_CRITERIA: GrowthCriteria = {
  ...MEMORY_CRITERIA,
  leastRise: 2_000_000,
  leastSignalToNoise: 4,
};

const MS_PER_HOUR = 3_600_000;

type Where = "heap" | "outside";

export interface MemoryLeakOptions {
  /** The longest that the search for the allocation site may hold the thread, once a leak; 0 forbids it. */
  readonly mostPauseMs: number;
}

/**
 * Watches what natural major collections leave in the heap and outside of it, and looks for the
 * places that allocate what stays.
 */
export function memoryLeakRule(context: RuleContext, options: MemoryLeakOptions): Rule {
  const heap = new LeakWatch(MEMORY_CRITERIA);
  const outside = new LeakWatch(OUTSIDE_CRITERIA);
  const search = new SiteSearch({ ...context, ...options });
  const unsubscribe = context.observations.subscribe({
    onCollection: (collection) => {
      if (collection.kind !== "major" || collection.isForced) return;
      const beganMs = performance.now();
      const { atMs } = collection;
      const load = loadAt(context.observations, atMs);
      heap.add({ atMs, load, value: heldByProgram(collection, context.observations.latest()) });
      outside.add({ atMs, load, value: collection.externalAfterBytes });
      search.onMajorCollection();
      context.addCost("rule_memory-leak", performance.now() - beganMs);
      pursue(search, heap.state, outside.state);
    },
  });
  return {
    name: "memory-leak",
    intervalMs: 1000,
    look: async () => {
      await search.look();
      return [
        ...findingsOf(context, "heap", heap.state, search.state),
        ...findingsOf(context, "outside", outside.state, search.state),
      ];
    },
    stop: () => {
      unsubscribe();
      search.stop();
    },
  };
}

/** The floor without what known caches hold: their filling is no leak. */
function heldByProgram(collection: Collection, observation: Observation | undefined): number {
  let cachedBytes = 0;
  for (const { sizeBytes } of Object.values(observation?.caches ?? {})) cachedBytes += sizeBytes;
  return Math.max(0, collection.heapUsedAfterBytes - cachedBytes);
}

function pursue(search: SiteSearch, heap: LeakState, outside: LeakState): void {
  const growing = heap.kind === "quiet" ? outside : heap;
  if (growing.kind === "quiet") {
    search.forget();
    return;
  }
  search.want({
    bytesPerSecond: (growing.growth.perHour.point * 1000) / MS_PER_HOUR,
    isOutsideHeap: growing === outside,
  });
}

function findingsOf(
  context: RuleContext,
  where: Where,
  state: LeakState,
  search: SearchState,
): readonly Finding[] {
  if (state.kind !== "leaking") return [];
  const { growth } = state;
  const observation = context.observations.latest();
  const room = roomLeft(where, growth, observation);
  const forecast = forecastLimit(growth, 0, room.bytes);
  const sites = search.kind === "found" ? search.sites : [];
  const [site] = sites;
  const place = site === undefined ? "" : `, allocated in ${sayPlace(site)}`;
  const medium = where === "heap" ? "The heap" : "Memory outside the heap, such as buffers,";
  const when = Number.isFinite(forecast.hours)
    ? `; ${room.name} is reached in about ${sayHours(forecast.hours)} (${sayHours(forecast.earliestHours)} to ${sayHours(forecast.latestHours)})`
    : "";
  return [
    adviseOn(context, {
      kind: "memory/leak",
      what: where,
      place: site?.place,
      severity: severityOfLeak(forecast),
      summary: `${medium} grows ${sayBytes(growth.perHour.point)} an hour without end${place}${when}`,
      remedy: remedyFor(where, search),
      evidence: [
        measured(context, "major collections in the window", growth.points, "count", "v8 gc"),
        measured(context, "what they left at its beginning", growth.startValue, "bytes", "v8 gc"),
        measured(context, "what they left at its end", growth.endValue, "bytes", "v8 gc"),
        estimated(
          context,
          "chance of such growth without a trend",
          growth.pValue,
          "ratio",
          "Mann–Kendall, Hamed–Rao",
        ),
        estimated(context, "growth an hour", growth.perHour.point, "bytes", "Theil–Sen"),
        estimated(context, "growth an hour, low", growth.perHour.low, "bytes", "Theil–Sen, 90 %"),
        estimated(context, "growth an hour, high", growth.perHour.high, "bytes", "Theil–Sen, 90 %"),
        ...(Number.isFinite(forecast.hours)
          ? [estimated(context, "time to the limit", forecast.hours, "hours", "Theil–Sen")]
          : []),
        ...sites.map(({ place: named, share }) =>
          estimated(
            context,
            `share of what stays, allocated in ${named}`,
            share,
            "ratio",
            "v8 sampling heap profile",
          ),
        ),
      ],
    }),
  ];
}

/** How much may still be taken, of whichever limit is nearer: V8's, or that of the process. */
function roomLeft(
  where: Where,
  growth: Growth,
  observation: Observation | undefined,
): { readonly bytes: number; readonly name: string } {
  const { heap, memory } = observation ?? {};
  const ofProcess =
    memory === undefined ? Number.POSITIVE_INFINITY : memory.limitBytes - memory.usedBytes;
  const ofHeap =
    where === "heap" && heap !== undefined
      ? heap.limitBytes - growth.endValue
      : Number.POSITIVE_INFINITY;
  return ofHeap <= ofProcess
    ? { bytes: Math.max(0, ofHeap), name: `the heap's limit of ${sayBytes(heap?.limitBytes ?? 0)}` }
    : { bytes: Math.max(0, ofProcess), name: `the limit of ${sayBytes(memory?.limitBytes ?? 0)}` };
}

function remedyFor(where: Where, search: SearchState): string {
  if (search.kind === "found") {
    const [site] = search.sites;
    if (site === undefined) return "Find what keeps it, and bound or release it.";
    const callers = site.callers.length === 0 ? "" : `, called by ${site.callers.join(" ← ")}`;
    return `${sayShare(site.share)} of what stays is allocated in ${sayPlace(site)}${callers}: find what keeps it, and bound or release it.`;
  }
  if (search.kind === "declined")
    return `Compare two heap snapshots an hour apart. The place was not searched for, as the collection that V8 needs for it would hold the thread for about ${sayHours(search.pauseMs / MS_PER_HOUR)}.`;
  return where === "heap"
    ? "Look for collections of the module that only grow, and for listeners and timers that are never removed; the place is being searched for."
    : "Look for buffers that are kept in collections or in streams that nobody reads; the place is being searched for.";
}

function sayPlace({ place, through }: LeakSite): string {
  return through === undefined ? place : `${place} through ${through}`;
}
