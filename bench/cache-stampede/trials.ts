import { setTimeout as sleep } from "node:timers/promises";
import type { Herd, TrialResult } from "./herd.ts";
import type { Setup } from "./messages.ts";

/** Trials of one kind. */
export interface Case {
  readonly subject: string;
  readonly situation: string;
  readonly processes: number;
  readonly results: readonly TrialResult[];
}

/** What happens to Redis, and how it ends. */
export interface RedisFault {
  readonly name: string;
  strike(): Promise<void>;
  mend(): Promise<void>;
}

/** Redis answers within the time-out, however busy the machine is. */
export const HEALTHY = "";
/** With the default time-out, a Redis that waits for a processor counts as dead. */
export const HURRIED = "time-out 15 ms";
export const HOLDER_KILLED = "holder killed";

const RUSH = { callers: 1000, loadMs: 20 } as const;
const GROUPS_OF_FOUR = [4, 4, 4, 4] as const;
const SMALL_GROUPS = [4, 4, 4, 1, 1, 1, 1] as const;
/** When Redis dies, against the start of the callers: before, while tiers are asked, in the load, after it. */
const EARLIEST_STRIKE_MS = -20;
const LATEST_STRIKE_MS = 30;

/** @param every how many of the trials are made */
export async function healthyTrials(
  herd: Herd,
  plan: readonly { readonly situation: string; readonly setup: Setup; readonly every: number }[],
  sizes: readonly number[],
  trials: number,
): Promise<readonly Case[]> {
  const results = plan.map((): TrialResult[] => []);
  for (const { setup } of plan) await herd.settle(setup);
  for (let trial = 0; trial < trials; trial += 1) {
    for (const size of sizes) {
      for (const [index, { setup, every }] of plan.entries()) {
        if (trial % every !== 0) continue;
        const some = await herd.trial({ ...RUSH, ...setup, groups: [size] });
        results[index]?.push(...some);
      }
    }
  }
  return plan.flatMap(({ situation }, index) =>
    casesOf(herd.subject, situation, results[index] ?? []),
  );
}

/** A trial counts only where the holder was hit within its load. */
export async function trialsWithKilledHolder(
  herd: Herd,
  setup: Setup,
  trials: number,
): Promise<readonly Case[]> {
  const results: TrialResult[] = [];
  const rush = { ...RUSH, ...setup, killsHolder: true };
  for (const groups of [GROUPS_OF_FOUR, [16]]) {
    const before = results.length;
    for (let tries = 0; results.length - before < trials && tries < 3 * trials; tries += 1) {
      await herd.settle(setup);
      const some = await herd.trial({ ...rush, groups });
      results.push(...some.filter(({ isHolderKilled }) => isHolderKilled));
    }
  }
  return casesOf(herd.subject, HOLDER_KILLED, results);
}

export async function trialsWithDeadRedis(
  herd: Herd,
  setup: Setup,
  fault: RedisFault,
  trials: number,
): Promise<readonly Case[]> {
  const results: TrialResult[] = [];
  for (let trial = 0; trial < trials; trial += 1) {
    const share = trials === 1 ? 0.5 : trial / (trials - 1);
    const strikeAfterMs = EARLIEST_STRIKE_MS + share * (LATEST_STRIKE_MS - EARLIEST_STRIKE_MS);
    for (const groups of [SMALL_GROUPS, [16]]) {
      await herd.settle(setup);
      const meanwhile = async (startMs: number): Promise<void> => {
        await sleep(startMs + strikeAfterMs - performance.now());
        await fault.strike();
      };
      results.push(...(await herd.trial({ ...RUSH, ...setup, groups, meanwhile })));
      await fault.mend();
    }
  }
  return casesOf(herd.subject, fault.name, results);
}

function casesOf(
  subject: string,
  situation: string,
  results: readonly TrialResult[],
): readonly Case[] {
  const sizes = [...new Set(results.map(({ processes }) => processes))].sort((a, b) => a - b);
  return sizes.map((size) => ({
    subject,
    situation,
    processes: size,
    results: results.filter(({ processes }) => processes === size),
  }));
}
