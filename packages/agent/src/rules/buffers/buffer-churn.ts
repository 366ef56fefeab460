import { getHeapStatistics } from "node:v8";
import type { Finding } from "@streamgate/core";
import { sayBytes } from "../quantities.ts";
import { adviseOn, measured, type Rule, type RuleContext } from "../rule.ts";

const BURST_INTERVAL_MS = 10;
const READINGS_A_BURST = 100;
const BURSTS_KEPT = 6;
const TOLD_BYTES_PER_SECOND = 50e6;
const HIGH_BYTES_PER_SECOND = 500e6;
const KNOWN_BURSTS = 3;

/** One second of readings, summed up. */
export interface Burst {
  /** What memory outside the heap rose by from reading to reading: the least that was allocated. */
  readonly allocatedBytes: number;
  readonly seconds: number;
}

/** The rises among readings of one quantity; falls are collections. */
export function readBurst(readings: readonly number[], seconds: number): Burst {
  let allocatedBytes = 0;
  for (let index = 1; index < readings.length; index += 1)
    allocatedBytes += Math.max(0, (readings[index] ?? 0) - (readings[index - 1] ?? 0));
  return { allocatedBytes, seconds };
}

/**
 * Tells when buffers are allocated and dropped at a high rate. Nobody counts them, so memory outside the heap is read a hundred times during one
 * second of every ten (2 µs a reading).
 */
export function bufferChurnRule(
  context: RuleContext,
  readExternal: () => number = () => getHeapStatistics().external_memory,
): Rule {
  let bursts: readonly Burst[] = [];
  let timer: NodeJS.Timeout | undefined;

  const burst = (): void => {
    const readings: number[] = [];
    const startedMs = context.clock.monotonicMs();
    timer = setInterval(() => {
      readings.push(readExternal());
      if (readings.length < READINGS_A_BURST) return;
      clearInterval(timer);
      const seconds = (context.clock.monotonicMs() - startedMs) / 1000;
      bursts = [...bursts, readBurst(readings, seconds)].slice(-BURSTS_KEPT);
    }, BURST_INTERVAL_MS).unref();
  };
  return {
    name: "buffer-churn",
    intervalMs: 10_000,
    look: () => {
      clearInterval(timer);
      burst();
      return adviseOnBursts(context, bursts);
    },
    stop: () => clearInterval(timer),
  };
}

/** The finding that bursts of readings deserve, if any. */
export function adviseOnBursts(context: RuleContext, bursts: readonly Burst[]): readonly Finding[] {
  if (bursts.length < KNOWN_BURSTS) return [];
  const rates = bursts.map(({ allocatedBytes, seconds }) => allocatedBytes / seconds);
  const rate = rates.toSorted((left, right) => left - right)[Math.floor(rates.length / 2)] ?? 0;
  if (rate < TOLD_BYTES_PER_SECOND) return [];
  const pauses = context.observations
    .collections()
    .filter(({ kind }) => kind === "major")
    .slice(-20);
  return [
    adviseOn(context, {
      kind: "memory/buffer-churn",
      what: "buffers",
      severity: rate >= HIGH_BYTES_PER_SECOND ? "medium" : "low",
      summary: `At least ${sayBytes(rate)} of buffers are allocated and dropped each second; memory outside the heap makes V8 collect early`,
      remedy:
        "Keep a few buffers and use them again (BufferPool of @streamgate/agent/workers), stream instead of gathering, and take Buffer.allocUnsafe for small ones, which Node pools.",
      evidence: [
        measured(
          context,
          "buffers allocated a second, at least",
          rate,
          "bytes",
          "v8 external memory",
        ),
        measured(context, "major collections seen lately", pauses.length, "count", "v8 gc"),
      ],
    }),
  ];
}
