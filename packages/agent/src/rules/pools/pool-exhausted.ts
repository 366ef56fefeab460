import type { Finding } from "@streamgate/core";
import type { PoolCounts } from "../../samplers/observation.ts";
import { adviseOn, measured, type Rule, type RuleContext } from "../rule.ts";

/** Readings in a row, about a second apart. */
const READINGS_TO_TELL = 10;
const READINGS_TO_BE_SURE_OF_A_STANDSTILL = 30;

interface Watched {
  exhausted: number;
  /** Readings since the number of waiting callers fell: nobody got a client since, as far as is seen. */
  sinceFewerWaited: number;
  waiting: number;
  counts: PoolCounts;
}

/** Tells pools all of whose clients are in use while callers wait, and whether they still move. */
export function poolRule(context: RuleContext): Rule {
  const pools = new Map<string, Watched>();
  const unsubscribe = context.observations.subscribe({
    onObservation: (observation) => {
      for (const [name, counts] of Object.entries(observation.pools ?? {}))
        pools.set(name, watchPool(pools.get(name), counts));
    },
  });
  return {
    name: "pools",
    intervalMs: 1000,
    look: () =>
      [...pools]
        .filter(([, { exhausted }]) => exhausted >= READINGS_TO_TELL)
        .map(([name, watched]) => exhaustedFinding(context, name, watched)),
    stop: unsubscribe,
  };
}

function watchPool(known: Watched | undefined, counts: PoolCounts): Watched {
  const isExhausted = counts.waiting > 0 && counts.idle === 0 && counts.total >= counts.max;
  const fell = known === undefined || counts.waiting < known.waiting;
  return {
    exhausted: isExhausted ? (known?.exhausted ?? 0) + 1 : 0,
    sinceFewerWaited: fell || !isExhausted ? 0 : known.sinceFewerWaited + 1,
    waiting: counts.waiting,
    counts,
  };
}

function exhaustedFinding(
  context: RuleContext,
  name: string,
  { counts, exhausted, sinceFewerWaited }: Watched,
): Finding {
  const standsStill = sinceFewerWaited >= READINGS_TO_BE_SURE_OF_A_STANDSTILL;
  return adviseOn(context, {
    kind: "pool/exhausted",
    what: name,
    severity: standsStill ? "critical" : "high",
    summary: `All ${counts.max} clients of the pool ${name} have been in use for ${exhausted} s and ${counts.waiting} callers wait${standsStill ? "; the queue only grew meanwhile" : ""}`,
    remedy: standsStill
      ? "Look for clients that are never released (release them in a finally block) and for transactions that wait for each other; restart to serve again."
      : "Make the statements shorter, hold clients only while they are used, or raise the pool's max where the database has room.",
    evidence: [
      measured(context, "clients", counts.total, "count", "pool"),
      measured(context, "callers waiting", counts.waiting, "count", "pool"),
    ],
  });
}
