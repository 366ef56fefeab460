import type { IncidentSummary } from "@streamgate/contract";
import { incidentSummary } from "../alerting/incident-view.ts";
import { silencedAt } from "../alerting/silence-view.ts";
import { OWN_SERVICE } from "../figures/read-figure-series.ts";
import type { Platform } from "../platform/platform.ts";
import { type KeptAnswers, keepAnswers } from "../queries/kept-answers.ts";
import type { StandingAlert } from "./judge.ts";

/** What stands at the moment: alerts that fire, incidents that are open, and what they are put down to. */
export interface Standing {
  readonly alerts: readonly StandingAlert[];
  readonly incidents: readonly IncidentSummary[];
  readonly incidentCauses: ReadonlyMap<string, { readonly summary: string }>;
}

const MOST_INCIDENTS = 10;
/** Of so many the causes are looked for. */
const EXPLAINED_INCIDENTS = 3;
const CAUSES_GOOD_MS = 5_000;
/** What is wrong with StreamGate's own process stands on the page Status, and is no verdict on the watched services. */
function isAbout(of: string | undefined, wanted: string | undefined): boolean {
  if (wanted === undefined) return of !== OWN_SERVICE;
  return of === undefined || of === wanted;
}

export class StandingReader {
  readonly #platform: Platform;
  readonly #causes: KeptAnswers<string | undefined>;

  constructor(platform: Platform) {
    this.#platform = platform;
    this.#causes = keepAnswers<string | undefined>(platform.clock, 100);
  }

  async read(service: string | undefined): Promise<Standing> {
    const monitor = this.#platform.monitor();
    const [recorded, silences, open] = await Promise.all([
      monitor.alerts(),
      monitor.silences.list(),
      monitor.incidents.list(MOST_INCIDENTS, undefined, {
        statuses: ["open", "acknowledged"],
        ...(service === undefined ? {} : { service }),
      }),
    ]);
    const isSilenced = silencedAt(silences, this.#platform.clock.now().getTime());
    const alerts = recorded
      .filter(
        ({ state, labels }) =>
          state === "firing" && !isSilenced(labels) && isAbout(labels.service, service),
      )
      .map(({ severity, summary, incident, startedAtMs }) => ({
        severity,
        summary,
        incident: incident ?? null,
        startedAtMs,
      }));
    const incidents = open.filter((one) => isAbout(one.service, service)).map(incidentSummary);
    const causes = await Promise.all(
      incidents.slice(0, EXPLAINED_INCIDENTS).map(async ({ id }) => {
        const summary = await this.#causeOf(id);
        return summary === undefined ? [] : ([[id, { summary }]] as const);
      }),
    );
    return { alerts, incidents, incidentCauses: new Map(causes.flat()) };
  }

  #causeOf(id: string): Promise<string | undefined> {
    return this.#causes.of(id, CAUSES_GOOD_MS, async () => {
      const { causes } = await this.#platform.monitor().incidents.get(id);
      return causes[0]?.summary;
    });
  }
}
