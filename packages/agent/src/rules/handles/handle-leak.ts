import type { Finding } from "@streamgate/core";
import type { Observation } from "../../samplers/observation.ts";
import { forecastLimit, type LimitForecast, severityOfLeak } from "../growth/forecast-limit.ts";
import type { Growth, GrowthCriteria } from "../growth/judge-growth.ts";
import { LeakWatch } from "../growth/leak-watch.ts";
import { sayHours, sayNumber, sayShare } from "../quantities.ts";
import { adviseOn, estimated, measured, type Rule, type RuleContext } from "../rule.ts";
import { type CountedThing, countThings } from "./counted-things.ts";
import { type CreationSearch, createCreationSearch } from "./creation-search.ts";
import type { WatchedListeners } from "./watched-listeners.ts";

/** What a count must show to be called a leak; each point is the least count of three seconds, or of a reading where they are rarer. */
const HANDLE_CRITERIA: GrowthCriteria = {
  fewestPoints: 6,
  shortestMs: 35_000,
  significance: 0.005,
  leastRise: 12,
  leastRelativeRise: 0.5,
  leastSignalToNoise: 6,
  leastLaterRate: 0.6,
  leastShareBesideSteps: 0.35,
  // A quarter of the finest tier is 48 seconds: a leak that begins after hours of health is told as soon as one that begins at once.
  windowShares: [1, 4 / 5, 2 / 3, 1 / 2, 3 / 8, 1 / 4],
  above: "highest",
};

const POINT_MS = 3000;
const MOST_THINGS = 64;

/** One kind of thing, followed from reading to reading. */
interface Followed {
  readonly watch: LeakWatch;
  thing: CountedThing;
  least: number;
  /** Of the loop, over the readings that make the next point. */
  busiest: number;
  pointEndsMs: number;
}

/** Counts what the process holds open, type by type, and tells the types whose least count grows without end. */
export function handleLeakRule(context: RuleContext, listeners: WatchedListeners): Rule {
  const followed = new Map<string, Followed>();
  const search = createCreationSearch(context);
  const unsubscribe = context.observations.subscribe({
    onObservation: (observation) => {
      const beganMs = performance.now();
      for (const thing of [...countThings(observation), ...listeners.count()])
        follow(followed, thing, observation);
      context.addCost("rule_handle-leak", performance.now() - beganMs);
    },
  });
  return {
    name: "handle-leak",
    intervalMs: 1000,
    look: () => {
      const growing = [...followed.values()].filter(({ watch }) => watch.state.kind !== "quiet");
      search.pursue(growing.map(({ thing }) => thing));
      return growing.flatMap(({ thing, watch }) =>
        watch.state.kind === "leaking"
          ? [findingOf(context, thing, watch.state.growth, search)]
          : [],
      );
    },
    stop: () => {
      unsubscribe();
      search.stop();
    },
  };
}

/**
 * The least count of a stretch is one point: requests come and go above it. Its load is how busy the loop was: where answers take longer,
 * more is under way.
 */
function follow(
  followed: Map<string, Followed>,
  thing: CountedThing,
  { atMs, loop }: Observation,
): void {
  const known = followed.get(thing.name) ?? start(followed, thing, atMs);
  if (known === undefined) return;
  known.thing = thing;
  known.least = Math.min(known.least, thing.count);
  known.busiest = Math.max(known.busiest, loop?.utilization ?? 0);
  if (atMs < known.pointEndsMs) return;
  known.watch.add({ atMs, value: known.least, load: known.busiest });
  known.least = thing.count;
  known.busiest = 0;
  known.pointEndsMs = atMs + POINT_MS;
}

function start(
  followed: Map<string, Followed>,
  thing: CountedThing,
  atMs: number,
): Followed | undefined {
  if (followed.size >= MOST_THINGS) return undefined;
  const watch = new LeakWatch(HANDLE_CRITERIA);
  const started = { watch, thing, least: thing.count, busiest: 0, pointEndsMs: atMs + POINT_MS };
  followed.set(thing.name, started);
  return started;
}

function findingOf(
  context: RuleContext,
  thing: CountedThing,
  growth: Growth,
  search: CreationSearch,
): Finding {
  const forecast: LimitForecast | undefined =
    thing.limit === undefined ? undefined : forecastLimit(growth, thing.count, thing.limit);
  const [site] = search.sitesOf(thing.name);
  const when =
    forecast === undefined || !Number.isFinite(forecast.hours)
      ? ""
      : `; the limit of ${thing.limit} is reached in about ${sayHours(forecast.hours)} (${sayHours(forecast.earliestHours)} to ${sayHours(forecast.latestHours)})`;
  const place = site === undefined ? "" : `, made in ${site.place}`;
  return adviseOn(context, {
    kind: "handle/leak",
    what: thing.name,
    place: site?.place,
    severity: forecast === undefined ? "medium" : severityOfLeak(forecast),
    summary: `${thing.plural} grow by ${sayNumber(growth.perHour.point)} an hour without end: ${sayNumber(thing.count)} now${place}${when}`,
    remedy: `${site === undefined ? "" : `${sayShare(site.share)} of those that stay are made in ${site.place}. `}${thing.remedy}`,
    evidence: [
      measured(context, `${thing.plural} now`, thing.count, "count", thing.source),
      measured(
        context,
        "least count at the window's beginning",
        growth.startValue,
        "count",
        thing.source,
      ),
      measured(context, "readings in the window", growth.points, "count", thing.source),
      estimated(context, "growth an hour", growth.perHour.point, "count", "Theil–Sen"),
      estimated(
        context,
        "chance of such growth without a trend",
        growth.pValue,
        "ratio",
        "Mann–Kendall, Hamed–Rao",
      ),
    ],
  });
}
