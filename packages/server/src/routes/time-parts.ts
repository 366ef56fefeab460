import type { TimePart } from "@streamgate/contract";
import type { KeptTrace } from "@streamgate/telemetry/tracing";
import { estimated, finiteOrNull } from "../figures/figure.ts";
import { type Part, partsOfTrace } from "./span-parts.ts";

/** The parts of a route's time, with what they were read from in words. */
export interface TimeParts {
  readonly parts: readonly TimePart[];
  readonly partsOf: string;
}

/** What all requests of a service spent in each part together, in seconds. */
export interface ServiceSeconds {
  readonly requests: number;
  readonly postgresql: number;
  readonly redis: number;
  readonly poolWait: number;
  readonly http: number;
}

export interface PartsInput {
  /** Of the route. */
  readonly traces: readonly KeptTrace[];
  readonly service: ServiceSeconds;
  /** Mean of the route's requests, by their histogram; null where it had none. */
  readonly meanMs: number | null;
  /** Mean delay of the event loop: how long a request waits before anything of it is seen. */
  readonly queueMs: number | null;
}

/** With fewer that were chosen at random all kept ones are taken, however they were chosen. */
const ENOUGH_CHOSEN = 5;
/** In the order in which a request meets them. */
const ORDER: readonly Part[] = [
  "queue",
  "application",
  "pool wait",
  "postgresql",
  "redis",
  "http",
  "serialising",
  "other",
];

/** Where the time of a route goes: by its own traces, or where none was kept, by all requests of its service. */
export function timeParts(input: PartsInput): TimeParts {
  const { traces, service, meanMs, queueMs } = input;
  const chosen = traces.filter(({ keptBecause }) => keptBecause === "chosen");
  const taken = chosen.length >= ENOUGH_CHOSEN ? chosen : traces;
  const shares = taken.length > 0 ? sharesOfTraces(taken) : sharesOfService(service);
  return {
    parts: scaled(shares, meanMs, queueMs),
    partsOf: wordsFor(traces.length, chosen.length, taken.length, service.requests > 0),
  };
}

function wordsFor(all: number, chosen: number, taken: number, isServiceKnown: boolean): string {
  const scaledWords = "scaled to the mean of all requests";
  if (taken > 0 && taken === chosen)
    return `of ${taken} traces that were chosen whatever they were, of ${all} kept; ${scaledWords}`;
  if (taken > 0)
    return `of ${taken} kept traces, in which slow and failed requests are more frequent than they are; ${scaledWords}`;
  return isServiceKnown
    ? "of all requests of the service: no trace of this route is kept"
    : "nothing was read yet";
}

/** A long request weighs more: the shares are of the time, not of the requests. */
function sharesOfTraces(traces: readonly KeptTrace[]): ReadonlyMap<Part, number> {
  const sums = new Map<Part, number>();
  let whole = 0;
  for (const trace of traces)
    for (const [part, ms] of partsOfTrace(trace)) {
      sums.set(part, (sums.get(part) ?? 0) + ms);
      whole += ms;
    }
  return new Map([...sums].map(([part, ms]) => [part, whole === 0 ? 0 : ms / whole]));
}

/** Calls that run side by side can take longer than the requests: then they share all of it. */
function sharesOfService(service: ServiceSeconds): ReadonlyMap<Part, number> {
  const { requests, postgresql, redis, poolWait, http } = service;
  if (requests === 0) return new Map();
  const calls = postgresql + redis + poolWait + http;
  const whole = Math.max(requests, calls);
  return new Map<Part, number>([
    ["application", (whole - calls) / whole],
    ["pool wait", poolWait / whole],
    ["postgresql", postgresql / whole],
    ["redis", redis / whole],
    ["http", http / whole],
  ]);
}

/** The queue lies before the request's own time. */
function scaled(
  shares: ReadonlyMap<Part, number>,
  meanMs: number | null,
  queueMs: number | null,
): readonly TimePart[] {
  const queue = finiteOrNull(queueMs) ?? 0;
  const whole = meanMs === null ? null : meanMs + queue;
  return ORDER.flatMap((part) => {
    const isQueue = part === "queue";
    const share = shares.get(part);
    if (isQueue ? queueMs === null : share === undefined) return [];
    const mean = isQueue ? queue : meanMs === null ? null : meanMs * (share ?? 0);
    const ofWhole = whole === null || whole === 0 || mean === null ? null : mean / whole;
    return [{ part, mean: estimated(mean, "ms"), share: estimated(ofWhole, "ratio") }];
  });
}
