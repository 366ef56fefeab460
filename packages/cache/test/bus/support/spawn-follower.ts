import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { until } from "../../../../../test/support/until.ts";
import type { BusLoss } from "../../../src/bus/bus.ts";

/** What a follower process tells. */
export type FollowerLine =
  | { readonly opened: true }
  | { readonly trusts: true }
  | { readonly lost: BusLoss }
  | { readonly heard: readonly string[]; readonly wasTrusting: boolean };

/** A process of its own that follows a bus. */
export interface FollowerProcess {
  readonly lines: readonly FollowerLine[];
  readonly tags: readonly string[];
  stop(): void;
  resume(): void;
  kill(): Promise<void>;
}

const MAIN = join(import.meta.dirname, "follower-process.ts");

/** Starts one and waits until it follows. */
export async function spawnFollower(
  port: number,
  prefix: string,
  leaseMs: number,
): Promise<FollowerProcess> {
  const child: ChildProcess = spawn(
    process.execPath,
    ["--conditions=source", "--import", "tsx", MAIN, String(port), prefix, String(leaseMs)],
    { stdio: ["pipe", "pipe", "inherit"] },
  );
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const lines: FollowerLine[] = [];
  if (child.stdout !== null)
    createInterface({ input: child.stdout }).on("line", (line) => {
      lines.push(JSON.parse(line) as FollowerLine);
    });
  await until(() => lines.some((line) => "opened" in line));
  return {
    lines,
    get tags() {
      return lines.flatMap((line) => ("heard" in line ? line.heard : []));
    },
    stop: () => void child.kill("SIGSTOP"),
    resume: () => void child.kill("SIGCONT"),
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
