import type { HotKey, Principal } from "@streamgate/contract";
import { measured } from "../figures/figure.ts";
import type { ProcessCaches } from "./cache-reports.ts";
import { shownKey } from "./shown-key.ts";

const MOST_SHOWN = 50;

interface Asked {
  readonly service: string;
  readonly namespace: string;
  readonly key: string;
  /** Lookups of the key as its processes saw them. */
  lookups: number;
}

/** The keys that are asked for most, over all processes of a service: each process counts by how much it was asked. */
export function hotKeysOf(
  reports: readonly ProcessCaches[],
  principal: Principal | null,
): readonly HotKey[] {
  const asked = new Map<string, Asked>();
  const lookupsOf = new Map<string, number>();
  for (const { service, caches } of reports)
    for (const { name: namespace, lookups, hotKeys } of caches.flatMap((one) => one.namespaces)) {
      const place = JSON.stringify([service, namespace]);
      lookupsOf.set(place, (lookupsOf.get(place) ?? 0) + lookups);
      for (const { key, share } of hotKeys) {
        const id = JSON.stringify([service, namespace, key]);
        const known = asked.get(id) ?? { service, namespace, key, lookups: 0 };
        known.lookups += share * lookups;
        asked.set(id, known);
      }
    }
  const shareOf = ({ service, namespace, lookups }: Asked): number =>
    lookups / (lookupsOf.get(JSON.stringify([service, namespace])) || 1);
  return [...asked.values()]
    .map((one) => ({ ...one, share: shareOf(one) }))
    .filter(({ share }) => share > 0)
    .sort((one, other) => other.share - one.share || other.lookups - one.lookups)
    .slice(0, MOST_SHOWN)
    .map(({ service, namespace, key, share }) => ({
      service,
      namespace,
      key: shownKey(key, principal),
      share: measured(share, "ratio"),
    }));
}
