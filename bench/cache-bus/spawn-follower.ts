import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

export const PREFIX = "bench";
export const CHANNEL = "bench:invalidations";

export type Way = "stream" | "pub/sub" | "nothing";

/** What a follower saw since it was asked last. */
export interface FollowerReport {
  readonly delaysMs: readonly number[];
  readonly cpuMs: number;
}

export interface BenchFollower {
  readonly way: Way;
  report(): Promise<FollowerReport>;
  end(): void;
}

/** A process of its own that follows in one way; resolves when it does. */
export async function spawnFollower(port: number, way: Way): Promise<BenchFollower> {
  const child: ChildProcess = fork(
    join(import.meta.dirname, "follower-process.ts"),
    [String(port), way],
    { execArgv: ["--conditions=source", "--import", "tsx"] },
  );
  await once(child, "message");
  return {
    way,
    report: async () => {
      const answer = once(child, "message");
      child.send("report");
      const [report] = (await answer) as [FollowerReport];
      return report;
    },
    end: () => void child.kill(),
  };
}

/** The system's monotonic clock, which all processes of a machine share. */
export function nowNs(): bigint {
  return process.hrtime.bigint();
}
