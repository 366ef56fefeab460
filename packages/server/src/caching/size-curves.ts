import type { HitRatioCurve } from "@streamgate/contract";
import { estimated } from "../figures/figure.ts";
import type { ProcessCaches } from "./cache-reports.ts";

interface Sum {
  maxBytes: number;
  weight: number;
  readonly byMultiple: Map<number, number>;
}

/** The hit ratio of a service's memory tiers at other sizes: the mean over its processes, each by how much it was asked. */
export function sizeCurvesOf(reports: readonly ProcessCaches[]): readonly HitRatioCurve[] {
  const sums = new Map<string, Sum>();
  for (const { service, caches } of reports)
    for (const { memory, curve, namespaces } of caches) {
      const weight = namespaces.reduce((sum, { lookups }) => sum + lookups, 0);
      if (curve.length === 0 || weight === 0) continue;
      const sum = sums.get(service) ?? { maxBytes: 0, weight: 0, byMultiple: new Map() };
      sums.set(service, sum);
      sum.maxBytes += memory.maxBytes * weight;
      sum.weight += weight;
      for (const { multiple, hitRatio } of curve)
        sum.byMultiple.set(multiple, (sum.byMultiple.get(multiple) ?? 0) + hitRatio * weight);
    }
  return [...sums].map(([service, { maxBytes, weight, byMultiple }]) => {
    const currentBytes = Math.round(maxBytes / weight);
    const points = [...byMultiple].sort(([one], [other]) => one - other);
    return {
      service,
      currentBytes,
      points: points.map(([multiple, hits]) => ({
        bytes: Math.round(currentBytes * multiple),
        hitRatio: estimated(hits / weight, "ratio"),
      })),
    };
  });
}
