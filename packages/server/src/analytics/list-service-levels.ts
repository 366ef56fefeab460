import type { ChartLine, ServiceLevel, ServiceLevelList } from "@streamgate/contract";
import type { EventPart, Rule, SeriesGroup, StepTotal } from "@streamgate/monitor";
import { countAbove } from "@streamgate/telemetry";
import { measured } from "../figures/figure.ts";
import type { Platform } from "../platform/platform.ts";
import { alignRange } from "../ranges/steps.ts";
import type { SteppedRange } from "../ranges/time-range.ts";

type BurnRateRule = Extract<Rule, { readonly kind: "burn-rate" }>;

const DAY_MS = 86_400_000;
/** The period of an objective. */
const WINDOW_MS = 30 * DAY_MS;
const LATELY_MS = 3_600_000;

/** What the burn-rate rules promise of each service, what was attained, and what is left of the error budgets. */
export async function listServiceLevels(
  platform: Pick<Platform, "clock" | "configuration" | "series">,
): Promise<ServiceLevelList> {
  const rules = platform.configuration().watch.rules.filter((rule) => rule.kind === "burn-rate");
  const levels = await Promise.all(rules.map((rule) => levelsOf(platform, rule)));
  return { items: levels.flat() };
}

async function levelsOf(
  platform: Pick<Platform, "clock" | "series">,
  rule: BurnRateRule,
): Promise<readonly ServiceLevel[]> {
  const nowMs = platform.clock.now().getTime();
  const over = (lengthMs: number): SteppedRange =>
    alignRange({ fromMs: nowMs - lengthMs, toMs: nowMs, compared: null });
  const month = over(WINDOW_MS);
  const lately = over(LATELY_MS);
  const [events, latest] = await Promise.all([
    readEvents(platform, rule, month),
    readEvents(platform, rule, lately),
  ]);
  return events.map((group) => {
    const now = latest.find(({ key }) => key === group.key);
    return levelOf(rule, group, now, month);
  });
}

/** Of one group: all events and the bad ones, step by step. */
interface Events {
  readonly key: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly all: readonly number[];
  readonly bad: readonly number[];
}

async function readEvents(
  { series }: Pick<Platform, "series">,
  { of, bad, by }: BurnRateRule,
  { fromMs, toMs, stepMs }: SteppedRange,
): Promise<readonly Events[]> {
  const read = (where: typeof of.where): Promise<readonly SeriesGroup[]> =>
    series.aggregate({ selector: { name: of.name, where }, fromMs, toMs, stepMs, by });
  const all = await read(of.where);
  const parts = "where" in bad ? await read([...of.where, ...bad.where]) : all;
  const badOf = new Map(parts.map((group) => [keyOf(group), group]));
  return all.map((group) => ({
    key: keyOf(group),
    labels: group.labels,
    all: group.steps.map(countOf),
    bad: (badOf.get(keyOf(group))?.steps ?? group.steps.map(() => undefined)).map((step) =>
      badCountOf(step, bad),
    ),
  }));
}

function keyOf({ labels }: Pick<SeriesGroup, "labels">): string {
  return JSON.stringify(labels);
}

function countOf(step: StepTotal | undefined): number {
  if (step?.kind === "histogram") return step.data.count;
  return step?.kind === "counter" ? step.increase : 0;
}

function badCountOf(step: StepTotal | undefined, bad: EventPart): number {
  if ("where" in bad) return countOf(step);
  return step?.kind === "histogram" ? countAbove(step.data, bad.above) : 0;
}

/** What is left of a budget, and how fast it goes (SRE workbook, chapter 5). */
export function levelOf(
  rule: Pick<BurnRateRule, "name" | "objective" | "bad">,
  month: Events,
  lately: Events | undefined,
  { fromMs, stepMs }: SteppedRange,
): ServiceLevel {
  const { name, objective, bad } = rule;
  const budget = 1 - objective;
  const share = badShare(month);
  const shareLately = lately === undefined ? null : badShare(lately);
  const burn: ChartLine = {
    label: name,
    labels: month.labels,
    values: month.all.map((count, step) =>
      count === 0 ? null : (month.bad[step] ?? 0) / count / budget,
    ),
  };
  return {
    name,
    service: month.labels.service ?? "",
    promise: promiseOf(objective, bad),
    objective,
    windowMs: WINDOW_MS,
    attained: measured(share === null ? null : 1 - share, "ratio"),
    budgetLeft: measured(share === null ? null : 1 - share / budget, "ratio"),
    burnRate: measured(shareLately === null ? null : shareLately / budget, "ratio"),
    chart: {
      id: name,
      title: "Burn rate: 1 uses the budget up in 30 days",
      unit: "ratio",
      rung: "measured",
      startMs: fromMs,
      stepMs,
      lines: [burn],
      objective: {
        kind: "at most",
        value: 1,
        isMet: shareLately === null ? null : shareLately <= budget,
      },
    },
  };
}

function badShare({ all, bad }: Events): number | null {
  const sum = (values: readonly number[]): number =>
    values.reduce((left, right) => left + right, 0);
  const count = sum(all);
  return count === 0 ? null : sum(bad) / count;
}

function promiseOf(objective: number, bad: EventPart): string {
  const share = `${Number((objective * 100).toPrecision(6))} % of them`;
  return "above" in bad
    ? `${share} take no longer than ${bad.above * 1_000} ms`
    : `${share} do not fail`;
}
