import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { WatchedMedia } from "../../test/support/watched-media.ts";
import { privateBytesOf } from "../support/process-cpu.ts";

const PROGRAM = fileURLToPath(new URL("../../packages/server/bin/streamgate.js", import.meta.url));
const START_PATIENCE_MS = 60_000;
/** USER_HZ of Linux. */
const TICKS_A_SECOND = 100;

/** A `streamgate serve` of its own process. */
export interface Served {
  readonly url: string;
  /** CPU of the process alone, in ms, since it began. */
  cpuMs(): number;
  /** Memory of the process alone. */
  memoryBytes(): number;
  stop(): Promise<void>;
}

/** Serves a store, watching the reference API and its database, open to the loopback address. */
export async function startServed(storeUrl: string, media: WatchedMedia): Promise<Served> {
  const folder = await mkdtemp(join("/tmp", "streamgate-bench-served-"));
  // Root's embedded PostgreSQL runs as another user.
  await chmod(folder, 0o755);
  const file = join(folder, "streamgate.watch.json");
  await writeFile(
    file,
    JSON.stringify({
      targets: [{ url: media.apiUrl, token: media.agentToken, name: "media" }],
      databases: [{ name: "media", url: media.databaseUrl }],
      history: { limitBytes: 4e9 },
    }),
  );
  const words = [
    "serve",
    "--open",
    "--port",
    "0",
    "--file",
    file,
    "--store",
    storeUrl,
    "--data",
    folder,
  ];
  const child = spawn(process.execPath, [PROGRAM, ...words], { stdio: ["ignore", "pipe", "pipe"] });
  const url = await servedAddress(child);
  const { pid = 0 } = child;
  return {
    url,
    cpuMs: () => cpuMsOf(pid),
    memoryBytes: () => privateBytesOf(pid),
    stop: async () => {
      child.kill("SIGINT");
      await once(child, "exit");
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function servedAddress(child: ChildProcess): Promise<string> {
  let said = "";
  const deadlineMs = performance.now() + START_PATIENCE_MS;
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (part: Buffer) => {
      said += part.toString();
    });
  while (performance.now() < deadlineMs && child.exitCode === null) {
    const address = /http:\/\/127\.0\.0\.1:\d+/.exec(said)?.[0];
    if (address !== undefined) return address;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`it is not served; it said:\n${said}`);
}

function cpuMsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return ((Number(fields[11]) + Number(fields[12])) * 1_000) / TICKS_A_SECOND;
}
