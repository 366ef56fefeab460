import { seededRandom } from "@streamgate/core";
import type { SeriesLabels } from "./subject.ts";

const METHODS = ["GET", "POST", "PUT", "DELETE"];
const STATUSES = ["200", "201", "304", "404", "500"];
const RESOURCES = ["users", "content", "transactions", "keywords", "analytics_events"];
const VALUES = 4096;
const TYPICAL_SECONDS = 0.02;

/** As many label sets, of so many routes with four methods and five statuses each; a route is one text, as a framework has it. */
export function seriesLabels(count: number): readonly SeriesLabels[] {
  const perRoute = METHODS.length * STATUSES.length;
  const routes = Array.from(
    { length: Math.ceil(count / perRoute) },
    (_, route) => `/api/v1/${RESOURCES[route % RESOURCES.length]}/:id/part-${route}`,
  );
  return Array.from({ length: count }, (_, at) => ({
    method: METHODS[at % METHODS.length] ?? "",
    route: routes[Math.floor(at / perRoute)] ?? "",
    status: STATUSES[Math.floor(at / METHODS.length) % STATUSES.length] ?? "",
  }));
}

/** Durations as services have them: log-normal round 20 ms, a tenth of them beyond 50 ms. */
export function durations(seed: number): Float64Array {
  const random = seededRandom(seed);
  const normal = (): number =>
    Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  return new Float64Array(VALUES).map(() => TYPICAL_SECONDS * Math.exp(0.7 * normal()));
}
