import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { until } from "./until.ts";

const PROGRAM = fileURLToPath(new URL("../../packages/server/bin/streamgate.js", import.meta.url));

/** What a run of the built program left. */
export interface Outcome {
  /** Null where a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The built program while it runs. */
export interface RunningStreamGate {
  readonly child: ChildProcess;
  readonly pid: number;
  /** What it has said so far, on both streams. */
  said(): string;
  /** Waits until it has said something, or ended. */
  untilSaid(pattern: RegExp, patienceMs?: number): Promise<void>;
  readonly ended: Promise<Outcome>;
}

export interface RunOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** @default the system's temporary folder, where no configuration file lies */
  readonly folder?: string;
}

/** Starts the built `streamgate`, without a terminal. */
export function startStreamGate(
  words: readonly string[],
  { environment = {}, folder = "/tmp" }: RunOptions = {},
): RunningStreamGate {
  const child = spawn(process.execPath, [PROGRAM, ...words], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: "1", ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk: Buffer) => {
    stdout += chunk.toString("utf8");
  });
  child.stderr.on("data", (chunk: Buffer) => {
    stderr += chunk.toString("utf8");
  });
  let hasEnded = false;
  const ended = new Promise<Outcome>((resolve) => {
    child.once("close", (code) => {
      hasEnded = true;
      resolve({ code, stdout, stderr });
    });
  });
  const said = (): string => stderr + stdout;
  return {
    child,
    pid: child.pid ?? 0,
    said,
    ended,
    untilSaid: async (pattern, patienceMs = 60_000) => {
      await until(() => pattern.test(said()) || hasEnded, patienceMs).catch(() => undefined);
      if (!pattern.test(said())) throw new Error(`it has not said ${pattern}, only:\n${said()}`);
    },
  };
}

/** Runs the built `streamgate` to its end. */
export function runStreamGate(words: readonly string[], options?: RunOptions): Promise<Outcome> {
  return startStreamGate(words, options).ended;
}

/** A data folder of one test file's own, that the embedded servers' user may enter. */
export function makeDataFolder(): { readonly path: string; remove(): Promise<void> } {
  const path = mkdtempSync(join("/tmp", "streamgate-data-"));
  chmodSync(path, 0o755);
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/** Command lines of the processes whose command line or environment names the folder. */
export function processesNaming(folder: string): readonly string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((pid) => {
      const words = readProcess(pid, "cmdline");
      const isOne = words.includes(folder) || readProcess(pid, "environ").includes(folder);
      return isOne ? [`${pid} ${words}`] : [];
    });
}

function readProcess(pid: string, file: "cmdline" | "environ"): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}
