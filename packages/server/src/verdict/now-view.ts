import type { NowQuery, NowView } from "@streamgate/contract";
import { figuresOfAll } from "../figures/figure-values.ts";
import { nowFigures, objectiveOf } from "../figures/now-figures.ts";
import { OWN_SERVICE, REQUEST_LABELS, readFigureSeries } from "../figures/read-figure-series.ts";
import { LIVE_WINDOW_MS } from "../live/live-figures.ts";
import type { Platform } from "../platform/platform.ts";
import { readMarkers } from "../ranges/read-markers.ts";
import { readRange } from "../ranges/read-range.ts";
import { alignRange, stepOf } from "../ranges/steps.ts";
import { rangeView } from "../ranges/time-range.ts";
import { judge } from "./judge.ts";
import { StandingReader } from "./read-standing.ts";
import { timeCauses } from "./time-causes.ts";

/** The first screen is one small answer: its charts have no more steps than these. */
const MOST_STEPS = 60;
/** What the verdict is about. */
const JUDGED_MS = 2 * 60_000;
/** A range that ends so close to the present shows what is now. */
const PRESENT_MS = 60_000;
const BEST_ACTIONS = 3;

/** Puts the first screen together. */
export class NowViews {
  readonly #platform: Platform;
  readonly #standing: StandingReader;

  constructor(platform: Platform) {
    this.#platform = platform;
    this.#standing = new StandingReader(platform);
  }

  async read(query: NowQuery): Promise<NowView> {
    const { clock, series: source, sources, recommendations, jobs } = this.#platform;
    const { service } = query;
    const { objectives } = this.#platform.configuration();
    const nowMs = clock.now().getTime();
    const asked = await readRange(this.#platform, query);
    const range = alignRange(asked, stepOf(asked, MOST_STEPS));
    const compared = range.compared && { ...range.compared, stepMs: range.stepMs };
    const lately = (lengthMs: number, requestsBy?: readonly string[]) =>
      readFigureSeries(
        source,
        service,
        { fromMs: nowMs - lengthMs, toMs: nowMs, stepMs: lengthMs },
        requestsBy,
      );
    const [series, before, judged, latest, standing, markers, advised] = await Promise.all([
      readFigureSeries(source, service, range),
      compared === null ? null : readFigureSeries(source, service, compared),
      lately(JUDGED_MS, REQUEST_LABELS),
      lately(LIVE_WINDOW_MS),
      this.#standing.read(service),
      readMarkers(this.#platform, range, service),
      recommendations.page({ state: "open", limit: BEST_ACTIONS, sort: "saved" }),
    ]);
    const values = figuresOfAll(judged);
    const isPresent = asked.toMs >= nowMs - PRESENT_MS;
    const figures = nowFigures({
      range,
      series,
      before,
      latest: isPresent ? figuresOfAll(latest) : null,
      objectives,
    });
    const health = sources.list(nowMs);
    return {
      range: rangeView(asked),
      services: this.#services(),
      verdict: judge({
        figures: figures.map(({ id, figure: { unit } }) => ({
          id,
          unit,
          value: values[id],
          objective: objectiveOf(id, values[id], objectives),
        })),
        values,
        ...standing,
        sources: health,
        timeCauses: timeCauses(judged),
      }),
      figures,
      actions: advised.items,
      incidents: standing.incidents,
      markers,
      job: jobs.current().find(({ state }) => state === "running") ?? null,
      sources: health.filter(({ state }) => state !== "fresh"),
    };
  }

  #services(): readonly string[] {
    const names = this.#platform.processes().map(({ service }) => service);
    return [...new Set(names)].filter((name) => name !== OWN_SERVICE).sort();
  }
}
