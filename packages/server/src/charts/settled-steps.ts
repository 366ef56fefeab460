import type { Clock } from "@streamgate/core";
import type { AggregateQuery, SeriesGroup, StepTotal } from "@streamgate/monitor";

/** Steps that do not change any more: kept as they were read, so that a range that moves on reads only what is new in it. */
export interface SettledSteps {
  /** @param query of steps that begin at multiples of their length, and have all ended a while ago */
  of(query: AggregateQuery): Promise<readonly SeriesGroup[]>;
}

type Read = (query: AggregateQuery) => Promise<readonly SeriesGroup[]>;

interface KeptGroup {
  readonly labels: SeriesGroup["labels"];
  series: number;
  /** The first is that of the stretch. */
  readonly steps: (StepTotal | undefined)[];
}

/** Steps that follow one another, of one question. */
interface Stretch {
  fromMs: number;
  toMs: number;
  readonly beganMs: number;
  readonly groups: Map<string, KeptGroup>;
  bytes: number;
  /** What is under way: one read comes after the other. */
  last: Promise<unknown>;
}

/** Points that came very late are seen after so long. */
const GOOD_FOR_MS = 10 * 60_000;
/** A range, the one before it, and some before a deploy. */
const MOST_STRETCHES = 4;
/** Two ranges of as many steps as a chart has. */
const MOST_STEPS = 320;
/** About what a step takes without its buckets, and each of these. */
const STEP_BYTES = 100;
const BUCKET_BYTES = 16;

/** @param mostBytes of all that is kept, about; what was asked for longest ago goes first */
export function keepSettledSteps(read: Read, clock: Clock, mostBytes: number): SettledSteps {
  const kept = new Map<string, readonly Stretch[]>();

  const stretchFor = (key: string, fromMs: number): Stretch => {
    const nowMs = clock.monotonicMs();
    const good = (kept.get(key) ?? []).filter(({ beganMs }) => nowMs - beganMs < GOOD_FOR_MS);
    const stretch = good.find((one) => one.fromMs <= fromMs && fromMs <= one.toMs) ?? {
      fromMs,
      toMs: fromMs,
      beganMs: nowMs,
      groups: new Map<string, KeptGroup>(),
      bytes: 0,
      last: Promise.resolve(),
    };
    // What was asked for last is the last to go.
    const others = good.filter((one) => one !== stretch).slice(1 - MOST_STRETCHES);
    kept.delete(key);
    kept.set(key, [...others, stretch]);
    return stretch;
  };

  const makeRoom = (): void => {
    const sizes = [...kept].map(([key, stretches]) => ({
      key,
      bytes: stretches.reduce((sum, { bytes }) => sum + bytes, 0),
    }));
    let total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
    for (const { key, bytes } of sizes) {
      if (total <= mostBytes) return;
      kept.delete(key);
      total -= bytes;
    }
  };

  return {
    of: async (query) => {
      const { selector, by, stepMs, fromMs, toMs } = query;
      const key = JSON.stringify([selector.name, selector.where, by, stepMs]);
      const stretch = stretchFor(key, fromMs);
      const reached = stretch.last.then(async () => {
        if (toMs <= stretch.toMs) return;
        append(stretch, await read({ ...query, fromMs: stretch.toMs }), query);
        makeRoom();
      });
      stretch.last = reached.catch(() => undefined);
      await reached;
      // Others asked meanwhile, and what they dropped is wanted here.
      if (stretch.fromMs > fromMs) return read(query);
      const groups = cut(stretch, query);
      dropFirst(stretch, query);
      return groups;
    },
  };
}

/** Puts steps to the end of a stretch. */
function append(
  stretch: Stretch,
  groups: readonly SeriesGroup[],
  { toMs, stepMs }: AggregateQuery,
): void {
  const held = (stretch.toMs - stretch.fromMs) / stepMs;
  for (const { labels, series, steps } of groups) {
    const id = JSON.stringify(labels);
    const known = stretch.groups.get(id) ?? { labels, series, steps: [] };
    stretch.groups.set(id, known);
    known.series = Math.max(known.series, series);
    known.steps.length = held;
    for (const step of steps) known.steps.push(step);
    for (const step of steps) stretch.bytes += bytesOf(step);
  }
  stretch.toMs = toMs;
}

/** The steps of a query; groups of which none is known are left out, as a read would leave them. */
function cut(stretch: Stretch, { fromMs, toMs, stepMs }: AggregateQuery): readonly SeriesGroup[] {
  const first = (fromMs - stretch.fromMs) / stepMs;
  const count = (toMs - fromMs) / stepMs;
  return [...stretch.groups.values()].flatMap(({ labels, series, steps }) => {
    const wanted = Array.from({ length: count }, (_, step) => steps[first + step]);
    return wanted.some((step) => step !== undefined) ? [{ labels, series, steps: wanted }] : [];
  });
}

/** Forgets steps that nobody asks for any more, as the ranges have moved on. */
function dropFirst(stretch: Stretch, { fromMs, stepMs }: AggregateQuery): void {
  const held = (stretch.toMs - stretch.fromMs) / stepMs;
  const unasked = (fromMs - stretch.fromMs) / stepMs;
  const dropped = Math.min(held - MOST_STEPS, unasked);
  if (dropped <= 0) return;
  for (const [id, { steps }] of stretch.groups) {
    for (const step of steps.splice(0, dropped)) stretch.bytes -= bytesOf(step);
    if (steps.length === 0) stretch.groups.delete(id);
  }
  stretch.fromMs += dropped * stepMs;
}

function bytesOf(step: StepTotal | undefined): number {
  if (step === undefined) return 0;
  return STEP_BYTES + (step.kind === "histogram" ? step.data.indices.length * BUCKET_BYTES : 0);
}
