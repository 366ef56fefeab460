import { quantileOf } from "../cache-bus/rows.ts";
import { OURS } from "../cache-stampede/contender.ts";
import type { BenchRow, BenchVerdict } from "../contract.ts";
import { bestOf, medianOf } from "../support/cost.ts";
import type { Cycle } from "./cycle.ts";
import type { Fault } from "./faults.ts";
import { addedBy } from "./latency.ts";
import type { FewReads } from "./try-few.ts";

const HANG_MS = 1_000;
const DETECTING_MS = 25;
const OPEN_MS = 1;
const RECOVERY_MS = 5_000;
const INVALIDATION_MS = 1_000;

export type CyclesOf = ReadonlyMap<Fault, readonly Cycle[]>;

/** What the cycles of each fault showed. */
export function rowsOf(cyclesOf: CyclesOf): BenchRow[] {
  return [...cyclesOf].flatMap(([fault, cycles]) => {
    const row = (what: string, unit: string, median: number, best: number = median): BenchRow => ({
      subject: OURS,
      ratio: 1,
      metric: `${fault}: ${what}`,
      unit,
      median,
      best,
    });
    const longest = (what: string, values: readonly number[]): BenchRow =>
      row(`${what}, longest`, "ms", quantileOf(values, 1), Math.min(...values));
    const { healthy, detecting, open, recovering } = phasesOf(cycles);
    const phases = { "while detecting": detecting, "once open": open, afterwards: recovering };
    const invalidations = cycles.map(({ invalidation }) => invalidation);
    const pending = invalidations.filter(({ code }) => code !== "acknowledged").length;
    const openedMs = definedOf(cycles.map(({ openedAfterMs }) => openedAfterMs));
    return [
      row("added by noise to healthy reads, p99", "ms", healthy.p99Ms),
      ...Object.entries(phases).flatMap(([phase, added]) =>
        added.reads === 0
          ? []
          : [
              row(`reads ${phase}`, "", added.reads),
              row(`added ${phase}, p99`, "ms", added.p99Ms),
              row(`added ${phase}, longest`, "ms", added.longestMs),
              row(`added ${phase}, longest with own stalls`, "ms", added.longestSeenMs),
            ],
      ),
      ...(openedMs.length === 0
        ? []
        : [row("until the breaker opens", "ms", medianOf(openedMs), bestOf(openedMs))]),
      longest(
        "until it is used again",
        cycles.map(({ recoveredAfterMs }) => recoveredAfterMs),
      ),
      row(`reads over ${HANG_MS} ms`, "", hangsOf(cycles)),
      row("invalidations that reject as pending", `of ${cycles.length}`, pending),
      longest(
        "invalidate settles",
        invalidations.map(({ tookMs }) => tookMs),
      ),
      longest(
        "invalidation acknowledged after the fault",
        invalidations.map(({ acknowledgedAfterMs }) => Math.max(0, acknowledgedAfterMs)),
      ),
    ];
  });
}

/** What a few reads of each cache met. */
export function fewRowsOf(results: readonly FewReads[]): BenchRow[] {
  return results.flatMap(({ subject, fault, healthyMs, faultyMs }) => {
    const usualMs = quantileOf(healthyMs, 0.5);
    const hung = faultyMs.filter((ms) => ms > HANG_MS).length;
    const row = (what: string, unit: string, value: number): BenchRow => ({
      subject,
      metric: `few reads, ${fault}: ${what}`,
      unit,
      median: value,
      best: value,
      ratio: 1,
    });
    return [
      row(`over ${HANG_MS} ms`, "%", (100 * hung) / faultyMs.length),
      row("added, median", "ms", quantileOf(faultyMs, 0.5) - usualMs),
    ];
  });
}

export function verdictOf(
  cyclesOf: CyclesOf,
  few: readonly FewReads[],
  unhandled: number,
): BenchVerdict {
  const all = [...cyclesOf.values()];
  const phases = all.map(phasesOf);
  const worst = (values: readonly number[]): number =>
    Math.max(...values.filter((value) => !Number.isNaN(value)));
  const detectingMs = worst(phases.map(({ detecting }) => detecting.longestMs));
  const openMs = worst(phases.map(({ open }) => open.p99Ms));
  const recoveryMs = worst(all.flat().map(({ recoveredAfterMs }) => recoveredAfterMs));
  const invalidations = all.flat().map(({ invalidation }) => invalidation);
  const invalidationMs = worst(invalidations.map(({ tookMs }) => tookMs));
  const codes = new Set(invalidations.map(({ code }) => code));
  const ours = few.filter(({ subject }) => subject === OURS).flatMap(({ faultyMs }) => faultyMs);
  const hangs = hangsOf(all.flat()) + ours.filter((ms) => ms > HANG_MS).length;
  const isInOrder = [...codes].every((code) =>
    ["acknowledged", "SG_CACHE_INVALIDATION_PENDING"].includes(code),
  );
  return {
    goal:
      `at most ${DETECTING_MS} ms added while detecting (longest), ${OPEN_MS} ms once open (p99), no read over ${HANG_MS} ms; ` +
      `used again within ${RECOVERY_MS} ms; invalidate settles within ${INVALIDATION_MS} ms; no unhandled rejection`,
    value: `${ms(detectingMs)}, ${ms(openMs)}, ${hangs} reads; ${ms(recoveryMs)}; ${ms(invalidationMs)} with ${[...codes].join(", ")}; ${unhandled}`,
    met:
      detectingMs <= DETECTING_MS &&
      openMs <= OPEN_MS &&
      hangs === 0 &&
      recoveryMs <= RECOVERY_MS &&
      invalidationMs <= INVALIDATION_MS &&
      isInOrder &&
      unhandled === 0,
  };
}

function phasesOf(cycles: readonly Cycle[]) {
  const healthy = cycles.flatMap((cycle) => cycle.healthy);
  const added = (phase: "healthy" | "detecting" | "open" | "recovering") =>
    addedBy(
      cycles.flatMap((cycle) => cycle[phase]),
      healthy,
      phase === "detecting",
    );
  return {
    healthy: added("healthy"),
    detecting: added("detecting"),
    open: added("open"),
    recovering: added("recovering"),
  };
}

function hangsOf(cycles: readonly Cycle[]): number {
  return cycles
    .flatMap(({ healthy, detecting, open, recovering }) => [
      ...healthy,
      ...detecting,
      ...open,
      ...recovering,
    ])
    .filter(({ tookMs }) => tookMs > HANG_MS).length;
}

function definedOf(values: readonly (number | undefined)[]): readonly number[] {
  return values.filter((value) => value !== undefined);
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}
