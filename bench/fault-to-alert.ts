// How long does it take from a fault in a service to the webhook, with two monitors of which one is killed?
import type { Bench } from "./contract.ts";
import { FULL, makePlan, SMALL } from "./fault-to-alert/plan.ts";
import { delaysOf, quantileOf, rowsOf } from "./fault-to-alert/rows.ts";
import { runPlan } from "./fault-to-alert/run-plan.ts";
import { libraryVersions } from "./support/versions.ts";

const MOST_P99_SECONDS = 10;
const MOST_WORST_SECONDS = 60;
/** With less time than this the smaller plan is run. */
const FULL_SECONDS = 480;

export const bench: Bench = {
  async measure(tell) {
    const seconds = Number(process.env.STREAMGATE_BENCH_SECONDS ?? FULL_SECONDS);
    const plan = makePlan(seconds < FULL_SECONDS ? SMALL : FULL);
    const outcome = await runPlan(plan, tell);
    const { results, doubled, falseAlerts } = outcome.ours;
    for (const { alertname, service, atMs } of falseAlerts)
      tell(`false alert: ${alertname} of ${service} at ${new Date(atMs).toISOString()}`);
    const delays = delaysOf(results);
    const lost = results.filter(({ delayMs }) => delayMs === undefined);
    for (const { fault } of lost) tell(`never told: ${fault.id}`);
    const p99 = quantileOf(delays, 0.99);
    const worst = quantileOf(delays, 1);
    // A leak is found by its trend, which takes 20 seconds by design: its part of the p99 is told apart.
    const sudden = results.filter(({ fault }) => fault.fault.kind !== "handle-leak");
    const suddenP99 = quantileOf(delaysOf(sudden), 0.99);
    return {
      versions: { ...(await libraryVersions(["pg", "ioredis"])), ...outcome.rivalVersions },
      rows: rowsOf(outcome),
      verdict: {
        goal: `p99 below ${MOST_P99_SECONDS} s, the worst below ${MOST_WORST_SECONDS} s, none lost, none doubled`,
        value: `${results.length} faults: p50 ${quantileOf(delays, 0.5).toFixed(1)} s, p99 ${p99.toFixed(1)} s (${suddenP99.toFixed(1)} s without the leaks), worst ${worst.toFixed(1)} s; ${lost.length} lost, ${doubled.length} doubled, ${falseAlerts.length} false alerts`,
        met:
          p99 < MOST_P99_SECONDS &&
          worst < MOST_WORST_SECONDS &&
          lost.length === 0 &&
          doubled.length === 0,
      },
    };
  },
};
