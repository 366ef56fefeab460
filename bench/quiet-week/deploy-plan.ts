import type { Draws } from "./draws.ts";
import type { ServiceProfile } from "./healthy-service.ts";
import { type InstanceSeries, instanceSeries } from "./service-series.ts";

/** One process of a service. */
export interface Instance {
  readonly series: InstanceSeries;
  readonly isUp: boolean;
  /** Since it began to answer. */
  readonly ageSeconds: number;
  /** Between two major collections. */
  readonly collectionSeconds: number;
}

interface Place {
  life: number;
  series: InstanceSeries;
  upAtSecond: number;
  restartAtSecond: number;
}

const DAY_S = 86_400;
const BETWEEN_INSTANCES_S = 40;

/** Rolling deploys in working hours, one instance after the other; each is away for some seconds. */
export function createDeployPlan(
  profile: ServiceProfile,
  draws: Draws,
  tellDeploy: (atMs: number) => void,
): { step(atMs: number): readonly Instance[] } {
  const places: readonly Place[] = Array.from({ length: profile.instances }, (_, index) => ({
    life: 0,
    series: instanceSeries(profile.name, `${profile.name}-${index}-0`),
    upAtSecond: Number.NEGATIVE_INFINITY,
    restartAtSecond: Number.POSITIVE_INFINITY,
  }));
  let startSecond: number | undefined;
  const begin = (atMs: number, second: number): void => {
    tellDeploy(atMs);
    for (const [index, place] of places.entries())
      place.restartAtSecond = second + index * BETWEEN_INSTANCES_S;
  };
  return {
    step(atMs) {
      const second = Math.floor(atMs / 1000);
      startSecond ??= second;
      const first = startSecond;
      if (isWorkingHour(second) && draws.uniform() < profile.deploysAWeekday / (9 * 3600))
        begin(atMs, second);
      return places.map((place, index) => {
        if (second >= place.restartAtSecond) {
          place.restartAtSecond = Number.POSITIVE_INFINITY;
          place.life += 1;
          const instance = `${profile.name}-${index}-${place.life}`;
          place.series = instanceSeries(profile.name, instance);
          place.upAtSecond = second + 3 + Math.floor(draws.uniform() * 8);
        }
        const bornSecond = Math.max(place.upAtSecond, first - 2 * DAY_S);
        return {
          series: place.series,
          isUp: second >= place.upAtSecond,
          ageSeconds: second - bornSecond,
          collectionSeconds: 240 + 40 * index,
        };
      });
    },
  };
}

function isWorkingHour(second: number): boolean {
  const hour = (second % DAY_S) / 3600;
  return Math.floor(second / DAY_S) % 7 < 5 && hour >= 9 && hour < 18;
}
