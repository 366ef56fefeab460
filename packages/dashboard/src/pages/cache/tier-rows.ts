import type { CacheNamespace } from "@streamgate/contract";

type Tier = CacheNamespace["tiers"][number];

/** A tier of a namespace as a row. */
export interface TierRow extends Tier {
  readonly key: string;
  readonly namespace: string;
  /** Whether it is the first of its namespace: the name is shown once. */
  readonly isFirst: boolean;
  /** What its state means. */
  readonly stateText: string;
  readonly isWell: boolean;
}

/** What the state of a tier's breaker means to whoever reads it. */
const STATES: Readonly<Record<string, string>> = {
  closed: "in use",
  "half-open": "on trial",
  open: "out of use",
};

/** Every tier of every namespace, in the order in which a request meets them. */
export function tierRows(namespaces: readonly CacheNamespace[]): readonly TierRow[] {
  return namespaces.flatMap(({ service, namespace, tiers }) =>
    tiers.map((tier, index) => ({
      ...tier,
      key: `${service} ${namespace} ${tier.tier}`,
      namespace,
      isFirst: index === 0,
      stateText: STATES[tier.state] ?? tier.state,
      isWell: tier.state === "closed",
    })),
  );
}
