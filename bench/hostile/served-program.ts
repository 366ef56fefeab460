import { type ChildProcess, spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { makeDataFolder } from "../../test/support/streamgate.ts";
import { until } from "../../test/support/until.ts";

/** The built `streamgate serve`, as a process of its own. */
export interface ServedProgram {
  readonly url: URL;
  readonly firstToken: string;
  readonly dataFolder: string;
  /** Resident memory, in bytes. */
  memoryBytes(): Promise<number>;
  isAlive(): boolean;
  /** What it has written. */
  said(): string;
  stop(): Promise<void>;
}

const PROGRAM = fileURLToPath(new URL("../../packages/server/bin/streamgate.js", import.meta.url));

export async function serveProgram(): Promise<ServedProgram> {
  const data = makeDataFolder();
  const file = join(data.path, "streamgate.watch.json");
  await writeFile(file, JSON.stringify({ targets: [] }));
  const words = ["serve", "--file", file, "--data", data.path, "--port", "0"];
  const child: ChildProcess = spawn(process.execPath, [PROGRAM, ...words], {
    cwd: data.path,
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  let hasEnded = false;
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => {
      said += chunk.toString("utf8");
    });
  child.once("close", () => {
    hasEnded = true;
  });
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await until(() => hasEnded, 60_000);
    await data.remove();
  };
  try {
    await until(() => /is served at http\S+/.test(said) || hasEnded, 60_000);
    const url = /is served at (http\S+)/.exec(said)?.[1];
    if (url === undefined) throw new Error(`it did not come up: ${said}`);
    return {
      url: new URL(url),
      firstToken: /sgt_[\w-]+/.exec(said)?.[0] ?? "",
      dataFolder: data.path,
      memoryBytes: () => memoryOf(child.pid ?? 0),
      isAlive: () => !hasEnded,
      said: () => said,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function memoryOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, "utf8").catch(() => "");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1_024;
}
