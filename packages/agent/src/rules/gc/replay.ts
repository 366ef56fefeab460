import { fork } from "node:child_process";
import { setPriority } from "node:os";
import { replayFailed } from "../errors.ts";
import type { AllocationProfile } from "./allocation-profile.ts";

/** Settings of V8's heap, in megabytes as Node's flags count them. */
export interface HeapSetting {
  readonly semiSpaceMb: number;
}

/** What a replay with one setting showed. */
export interface ReplayResult {
  readonly setting: HeapSetting;
  /** Time in collections for each gigabyte allocated. */
  readonly pausedMsPerGb: number;
  readonly longestMs: number;
}

const MOST_FLOOR_BYTES = 256e6;
const TOTAL_BYTES = 600e6;
const LONGEST_MS = 60_000;
const LOWEST_PRIORITY = 19;
const GIGABYTE = 1e9;

/**
 * Allocates like the recorded profile in a child process, at the lowest priority, with one setting of the heap.
 *
 * @param totalBytes how much; by default enough for some tens of minor collections
 * @throws SG_AGENT_REPLAY_FAILED
 */
export async function replayProfile(
  profile: AllocationProfile,
  setting: HeapSetting,
  totalBytes: number = Math.max(TOTAL_BYTES, 20 * setting.semiSpaceMb * 1e6),
): Promise<ReplayResult> {
  const isSource = import.meta.url.endsWith(".ts");
  const program = new URL(`./replay-process${isSource ? ".ts" : ".js"}`, import.meta.url);
  const child = fork(program, [], {
    execArgv: [
      ...(isSource ? ["--import", "tsx"] : []),
      `--max-semi-space-size=${setting.semiSpaceMb}`,
      // Its few allocation sites would all be taken for long-lived ones, and allocated old at once.
      "--no-allocation-site-pretenuring",
      // The young generation starts at its full size: a long-lived process has grown it long ago.
      `--min-semi-space-size=${setting.semiSpaceMb}`,
    ],
    stdio: ["ignore", "ignore", "ignore", "ipc"],
    env: { ...process.env, NODE_OPTIONS: "" },
  });
  const timer = setTimeout(() => child.kill("SIGKILL"), LONGEST_MS);
  try {
    if (child.pid !== undefined) setPriority(child.pid, LOWEST_PRIORITY);
    child.send({
      lastingShare: profile.lastingShare,
      lifeBytes: profile.lifeBytes,
      floorBytes: Math.min(MOST_FLOOR_BYTES, profile.floorBytes),
      totalBytes,
    });
    const { pausedMs, longestMs } = await answerOf(child);
    return { setting, pausedMsPerGb: (pausedMs * GIGABYTE) / totalBytes, longestMs };
  } finally {
    clearTimeout(timer);
    child.kill();
  }
}

function answerOf(
  child: ReturnType<typeof fork>,
): Promise<{ readonly pausedMs: number; readonly longestMs: number }> {
  return new Promise((resolve, reject) => {
    child.once("message", (answer: { readonly pausedMs: number; readonly longestMs: number }) =>
      resolve(answer),
    );
    child.once("error", (error) => reject(replayFailed(error.message, error)));
    child.once("exit", (code, signal) => reject(replayFailed(`it ended with ${signal ?? code}`)));
  });
}
