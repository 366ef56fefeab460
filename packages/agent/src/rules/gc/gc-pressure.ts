import { getHeapSpaceStatistics } from "node:v8";
import type { Finding, Severity } from "@streamgate/core";
import { runningShare } from "../loop/running-share.ts";
import { sayBytes, sayNumber, sayShare } from "../quantities.ts";
import { adviseOn, estimated, measured, type Rule, type RuleContext } from "../rule.ts";
import { type AllocationProfile, readAllocationProfile } from "./allocation-profile.ts";
import { chooseSetting, type SettingChoice } from "./choose-setting.ts";
import { replayProfile } from "./replay.ts";

const WINDOW_MS = 60_000;
const SHORTEST_WINDOW_MS = 20_000;
/** Share of the time in collections above which it is told, and below which it is over. */
const TOLD_SHARE = 0.05;
const OVER_SHARE = 0.03;
const HIGH_SHARE = 0.15;
/** Of the heap's limit: a floor above it makes V8 collect again and again. */
const NEAR_LIMIT = 0.75;
const REST_MS = 60 * 60_000;

export interface GcPressureOptions {
  /** Whether settings are tried in child processes. */
  readonly triesSettings: boolean;
}

interface Trial {
  readonly profile: AllocationProfile;
  readonly choice: SettingChoice | undefined;
}

/** Tells when collections take too much of the time, and tries which setting of the heap would mend it. */
export function gcPressureRule(context: RuleContext, options: GcPressureOptions): Rule {
  let pressed: AllocationProfile | undefined;
  let trial: Trial | undefined;
  let isTrying = false;
  let restUntilMs = Number.NEGATIVE_INFINITY;

  const tryOut = async (profile: AllocationProfile, nowMs: number): Promise<void> => {
    isTrying = true;
    restUntilMs = nowMs + REST_MS;
    try {
      const choice = await chooseSetting(profile, freeBytes(context), replayProfile);
      trial = { profile, choice };
    } finally {
      isTrying = false;
    }
  };
  return {
    name: "gc-pressure",
    intervalMs: 5000,
    look: () => {
      const nowMs = context.clock.monotonicMs();
      const profile = recentProfile(context, nowMs);
      if (profile === undefined)
        return pressed === undefined ? [] : [pressureFinding(context, pressed, trial)];
      if (profile.pauseShare < (pressed === undefined ? TOLD_SHARE : OVER_SHARE)) {
        pressed = undefined;
        return [];
      }
      pressed = profile;
      if (
        options.triesSettings &&
        !isTrying &&
        nowMs >= restUntilMs &&
        !isNearLimit(context, profile)
      )
        void tryOut(profile, nowMs).catch(() => undefined);
      return [pressureFinding(context, profile, trial)];
    },
    stop: () => undefined,
  };
}

function recentProfile(context: RuleContext, nowMs: number): AllocationProfile | undefined {
  const collections = context.observations.collections(nowMs - WINDOW_MS);
  const first = collections[0];
  if (first === undefined || nowMs - first.atMs < SHORTEST_WINDOW_MS) return undefined;
  const profile = readAllocationProfile(collections, nowMs - first.atMs, youngCapacityBytes());
  if (profile === undefined) return undefined;
  const running = runningShare(context.observations.observations(first.atMs));
  return { ...profile, pauseShare: profile.pauseShare * running };
}

function youngCapacityBytes(): number {
  const young = getHeapSpaceStatistics().find(({ space_name }) => space_name === "new_space");
  return young === undefined ? 0 : young.space_used_size + young.space_available_size;
}

function freeBytes({ observations }: RuleContext): number {
  const { memory } = observations.latest() ?? {};
  return memory === undefined ? 0 : Math.max(0, memory.limitBytes - memory.usedBytes);
}

function isNearLimit({ observations }: RuleContext, { floorBytes }: AllocationProfile): boolean {
  const limitBytes = observations.latest()?.heap?.limitBytes ?? Number.POSITIVE_INFINITY;
  return floorBytes > NEAR_LIMIT * limitBytes;
}

function pressureFinding(
  context: RuleContext,
  profile: AllocationProfile,
  trial: Trial | undefined,
): Finding {
  const limitBytes = context.observations.latest()?.heap?.limitBytes ?? 0;
  const choice = trial?.choice;
  return adviseOn(context, {
    kind: "gc/pressure",
    what: "collections",
    severity: severityOf(profile),
    summary: `Garbage collection holds the thread for ${sayShare(profile.pauseShare)} of the time: ${sayNumber(profile.minorPerSecond)} minor and ${sayNumber(profile.majorPerSecond)} major collections a second, ${sayNumber(profile.longestPauseMs)} ms at the longest`,
    savedMsPerHour:
      choice === undefined ? 0 : 3_600_000 * profile.pauseShare * (1 - choice.remainingShare),
    remedy: isNearLimit(context, profile)
      ? `The heap is full: collections leave ${sayBytes(profile.floorBytes)} of ${sayBytes(limitBytes)}. Raise --max-old-space-size, where memory is free, or hold less.`
      : remedyOf(choice, trial !== undefined),
    evidence: [
      measured(context, "share of the time in collections", profile.pauseShare, "ratio", "v8 gc"),
      measured(context, "longest pause", profile.longestPauseMs, "ms", "v8 gc"),
      measured(context, "allocated a second", profile.bytesPerSecond, "bytes", "v8 gc"),
      estimated(
        context,
        "share of it that outlives some collections",
        profile.lastingShare,
        "ratio",
        "v8 gc",
      ),
      ...(choice === undefined
        ? []
        : [
            measured(
              context,
              `collections for each GB, --max-semi-space-size=${choice.current.setting.semiSpaceMb}`,
              choice.current.pausedMsPerGb,
              "ms",
              "replay of the recorded allocations in a child process",
            ),
            measured(
              context,
              `collections for each GB, --max-semi-space-size=${choice.better.setting.semiSpaceMb}`,
              choice.better.pausedMsPerGb,
              "ms",
              "replay of the recorded allocations in a child process",
            ),
          ]),
    ],
  });
}

function remedyOf(choice: SettingChoice | undefined, wasTried: boolean): string {
  if (choice !== undefined) {
    const { current, better, remainingShare, extraBytes } = choice;
    return `Start Node with --max-semi-space-size=${better.setting.semiSpaceMb} (in NODE_OPTIONS, too) in place of ${current.setting.semiSpaceMb}: in a replay of the recorded allocations, in a child process, collections took ${sayShare(remainingShare)} of the time that they take now, for up to ${sayBytes(extraBytes)} more memory.`;
  }
  return wasTried
    ? "Allocate less, or hold it for less long: larger young generations were tried in a replay of the recorded allocations, and none was clearly better."
    : "Raise --max-semi-space-size; which size helps is being tried in a child process.";
}

function severityOf({ pauseShare }: AllocationProfile): Severity {
  if (pauseShare >= HIGH_SHARE) return "high";
  return pauseShare >= 2 * TOLD_SHARE ? "medium" : "low";
}
