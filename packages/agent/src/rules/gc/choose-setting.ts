import type { AllocationProfile } from "./allocation-profile.ts";
import type { HeapSetting, ReplayResult } from "./replay.ts";

/** The setting to advise, beside the present one, both as a replay showed them. */
export interface SettingChoice {
  readonly current: ReplayResult;
  readonly better: ReplayResult;
  /** Time in collections with the better one over that with the present one. */
  readonly remainingShare: number;
  /** Memory that the larger young generation may take in addition. */
  readonly extraBytes: number;
}

/** What Node takes where nobody says otherwise, on 64 bits. */
const DEFAULT_SEMI_SPACE_MB = 16;
const LARGEST_SEMI_SPACE_MB = 128;
/** V8 keeps three semi-spaces: from, to, and as much again for large objects. */
const SPACES = 3;
const MEGABYTE = 1024 * 1024;
/** A setting must save so much to be worth its memory … */
const MOST_REMAINING = 0.75;
/** … and a larger one so much more than a smaller one. */
const WORTH_DOUBLING = 0.85;
/** Of free memory. */
const MOST_OF_FREE = 0.5;

/** Tries the present size of the young generation and its doubles, one after the other, while each is clearly better than the one before. */
export async function chooseSetting(
  profile: AllocationProfile,
  freeBytes: number,
  replay: (profile: AllocationProfile, setting: HeapSetting) => Promise<ReplayResult>,
  currentMb: number = currentSemiSpaceMb(),
): Promise<SettingChoice | undefined> {
  const current = await replay(profile, { semiSpaceMb: currentMb });
  let better = current;
  for (let semiSpaceMb = currentMb * 2; semiSpaceMb <= LARGEST_SEMI_SPACE_MB; semiSpaceMb *= 2) {
    if (extraOver(currentMb, semiSpaceMb) > MOST_OF_FREE * freeBytes) break;
    const next = await replay(profile, { semiSpaceMb });
    if (next.pausedMsPerGb > WORTH_DOUBLING * better.pausedMsPerGb) break;
    better = next;
  }
  const remainingShare = better.pausedMsPerGb / Math.max(1e-9, current.pausedMsPerGb);
  if (remainingShare > MOST_REMAINING) return undefined;
  return {
    current,
    better,
    remainingShare,
    extraBytes: extraOver(currentMb, better.setting.semiSpaceMb),
  };
}

/** What this process was started with. */
export function currentSemiSpaceMb(
  flags: readonly string[] = [
    ...(process.env.NODE_OPTIONS ?? "").split(/\s+/),
    ...process.execArgv,
  ],
): number {
  const said = flags
    .map((flag) => /^--max[-_]semi[-_]space[-_]size=(\d+)$/.exec(flag)?.[1])
    .findLast((size) => size !== undefined);
  const size = Number(said ?? DEFAULT_SEMI_SPACE_MB);
  return size > 0 ? size : DEFAULT_SEMI_SPACE_MB;
}

function extraOver(currentMb: number, semiSpaceMb: number): number {
  return SPACES * (semiSpaceMb - currentMb) * MEGABYTE;
}
