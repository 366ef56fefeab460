import type { StatementCaller } from "@streamgate/contract";
import { measured } from "../figures/figure.ts";
import type { Platform } from "../platform/platform.ts";
import { KeptTraces } from "../routes/kept-traces.ts";
import { routeId } from "../routes/route-id.ts";
import { redact } from "../secrets/redact.ts";
import { type AskedCaller, askedCallers } from "./asked-callers.ts";
import { type KeptCaller, readCallers } from "./caller-table.ts";
import type { CallerTags } from "./comment-tags.ts";
import { type TraceCaller, TracedTexts, traceCallers } from "./trace-callers.ts";

const MOST_SERVICES = 8;
const MOST_SHOWN = 50;

/** Tells who calls a statement: by the traces that agents keep, by comments of texts, by names of sessions. */
export class StatementCallers {
  readonly #platform: Platform;
  readonly #traces: KeptTraces;
  readonly #texts = new TracedTexts();

  constructor(platform: Platform) {
    this.#platform = platform;
    this.#traces = new KeptTraces(platform);
  }

  /** Requests first, then those who say who they are, then those of whom no more is known than a name. */
  async of(database: string, fingerprint: string): Promise<readonly StatementCaller[]> {
    const services = [...new Set(this.#platform.processes().map(({ service }) => service))];
    const [kept, ...traced] = await Promise.all([
      readCallers(this.#platform.tables.query, database, fingerprint),
      ...services
        .slice(0, MOST_SERVICES)
        .map(async (service) =>
          traceCallers(service, await this.#traces.ofService(service), fingerprint, this.#texts),
        ),
    ]);
    const asked = askedCallers(this.#platform.processes(), fingerprint, this.#texts);
    return [
      ...withSites(fromTraces(traced.flat()), asked),
      ...fromSamples(kept.filter(({ source }) => source === "comment")),
      ...fromSamples(kept.filter(({ source }) => source === "session")),
    ].slice(0, MOST_SHOWN);
  }
}

function fromTraces(callers: readonly TraceCaller[]): readonly StatementCaller[] {
  const wholeMs = callers.reduce((sum, { totalMs }) => sum + totalMs, 0);
  return callers
    .toSorted((one, other) => other.totalMs - one.totalMs)
    .map(({ key, name, requests, calls, totalMs, lastMs }) => ({
      source: "trace",
      application: key.service,
      route: name,
      site: null,
      share: measured(wholeMs > 0 ? totalMs / wholeMs : null, "ratio"),
      callsPerRequest: measured(calls / requests, "count"),
      lastSeenAt: new Date(lastMs).toISOString(),
      href: key.route === "" ? "" : `/routes/${routeId(key)}`,
    }));
}

/** Places in the code, from what the tracing of statements found; a caller of whom no request was kept is told by that alone. */
function withSites(
  traced: readonly StatementCaller[],
  asked: readonly AskedCaller[],
): readonly StatementCaller[] {
  const siteOf = ({ application, route }: Pick<StatementCaller, "application" | "route">) =>
    asked.find(({ service, name }) => service === application && name === route)?.site ?? null;
  const others = asked.filter(
    ({ service, name }) =>
      !traced.some(({ application, route }) => application === service && route === name),
  );
  return [
    ...traced.map((caller) => ({ ...caller, site: shown(siteOf(caller) ?? undefined) })),
    ...others.map(
      ({ service, name, site, callsPerRequest, at }): StatementCaller => ({
        source: "trace",
        application: service,
        route: name,
        site: shown(site),
        share: measured(null, "ratio"),
        callsPerRequest: measured(callsPerRequest, "count"),
        lastSeenAt: at,
        href: "",
      }),
    ),
  ];
}

function fromSamples(callers: readonly KeptCaller[]): readonly StatementCaller[] {
  const whole = callers.reduce((sum, { samples }) => sum + samples, 0);
  return callers.map(({ source, tags, samples, lastSeenAt }) => ({
    source,
    application: shown(tags.application ?? tags.app ?? tags.service),
    route: shown(routeOf(tags)),
    site: shown(siteOf(tags)),
    share: measured(samples > 0 ? samples / whole : null, "ratio"),
    callsPerRequest: measured(null, "count"),
    lastSeenAt: lastSeenAt.toISOString(),
    href: "",
  }));
}

function routeOf({ method, route, controller, action, job, task }: CallerTags): string | undefined {
  if (route !== undefined) return method === undefined ? route : `${method} ${route}`;
  if (controller !== undefined)
    return action === undefined ? controller : `${controller}#${action}`;
  return action ?? job ?? task;
}

function siteOf(tags: CallerTags): string | undefined {
  const { file, line, source_location: location } = tags;
  const place = file === undefined || line === undefined ? file : `${file}:${line}`;
  const named = tags.function === undefined ? place : `${tags.function} ${place ?? ""}`.trim();
  return location ?? named;
}

function shown(text: string | undefined): string | null {
  return text === undefined || text === "" ? null : redact(text);
}
