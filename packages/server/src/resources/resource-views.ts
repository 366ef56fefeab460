import type {
  ResourceMetrics,
  ResourceQuery,
  ResourceStatistics,
  ResourcesView,
  TrendList,
} from "@streamgate/contract";
import type { LabelMatcher } from "@streamgate/monitor";
import { listMarkers } from "../analytics/list-markers.ts";
import { listTrends } from "../analytics/list-trends.ts";
import type { Platform } from "../platform/platform.ts";
import type { WatchedProcess } from "../platform/watched-processes.ts";
import type { Profiles } from "../profiling/profiles.ts";
import { readRange } from "../ranges/read-range.ts";
import { alignRange } from "../ranges/steps.ts";
import { rangeView, type TimeRange } from "../ranges/time-range.ts";
import { type ChartPlan, type ReadingContext, readResourceChart } from "./resource-chart.ts";
import { resourceFindings } from "./resource-findings.ts";
import { cpuPlans, memoryPlans, poolPlans } from "./resource-plans.ts";
import {
  cpuFigures,
  type FigurePlan,
  memoryFigures,
  readStatistics,
} from "./resource-statistics.ts";

/** Which of a process's resources are asked for. */
type Resource = "memory" | "cpu";

const PLANS = { memory: memoryPlans, cpu: cpuPlans } as const;
const TRENDS = { memory: ["memory", "heap-floor"], cpu: ["cpu", "event-loop"] } as const;
const FIGURES = { memory: memoryFigures, cpu: cpuFigures } as const;

interface Question {
  readonly range: TimeRange;
  readonly context: ReadingContext;
}

/** What is known of the resources of the watched processes. */
export class ResourceViews {
  readonly #platform: Platform;
  readonly #profiles: Profiles;

  constructor(platform: Platform, profiles: Profiles) {
    this.#platform = platform;
    this.#profiles = profiles;
  }

  async all(query: ResourceQuery): Promise<ResourcesView> {
    const { range, context } = await this.#ask(query);
    const { objectives } = this.#platform.configuration();
    const plans = [...cpuPlans(objectives), ...memoryPlans(objectives), ...poolPlans()];
    const figures = [...cpuFigures(objectives), ...memoryFigures(objectives)];
    const [charts, markers, instances, profiles] = await Promise.all([
      this.#charts(plans, context),
      listMarkers(this.#platform, { ...range, service: query.service }),
      readStatistics(figures, context),
      this.#profiles.list(),
    ]);
    const isWanted = wants(query);
    return {
      range: rangeView(range),
      instances,
      charts,
      markers,
      findings: resourceFindings(this.#platform.processes().filter(isWanted)),
      profiles: profiles.filter(isWanted),
    };
  }

  async metrics(resource: Resource, query: ResourceQuery): Promise<ResourceMetrics> {
    const { range, context } = await this.#ask(query);
    const plans = PLANS[resource](this.#platform.configuration().objectives);
    const [charts, markers] = await Promise.all([
      this.#charts(plans, context),
      listMarkers(this.#platform, { ...range, service: query.service }),
    ]);
    return { range: rangeView(range), charts, markers };
  }

  async statistics(resource: Resource, query: ResourceQuery): Promise<ResourceStatistics> {
    const { range, context } = await this.#ask(query);
    const plans: readonly FigurePlan[] = FIGURES[resource](
      this.#platform.configuration().objectives,
    );
    return { range: rangeView(range), items: await readStatistics(plans, context) };
  }

  trends(resource: Resource, query: ResourceQuery): Promise<TrendList> {
    return listTrends(this.#platform, query, TRENDS[resource]);
  }

  async #ask(query: ResourceQuery): Promise<Question> {
    const range = alignRange(await readRange(this.#platform, query));
    return { range, context: { source: this.#platform.series, where: matchersOf(query), range } };
  }

  #charts(
    plans: readonly ChartPlan[],
    context: ReadingContext,
  ): Promise<ResourceMetrics["charts"]> {
    return Promise.all(plans.map((plan) => readResourceChart(plan, context)));
  }
}

function matchersOf({ service, instance }: ResourceQuery): readonly LabelMatcher[] {
  return [
    ...(service === undefined ? [] : [{ label: "service", is: service }]),
    ...(instance === undefined ? [] : [{ label: "instance", is: instance }]),
  ];
}

function wants({
  service,
  instance,
}: ResourceQuery): (of: Pick<WatchedProcess, "service" | "instance">) => boolean {
  return (of) =>
    (service === undefined || of.service === service) &&
    (instance === undefined || of.instance === instance);
}
