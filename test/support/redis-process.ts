import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import { findFreePort } from "../../packages/pg-advisor/src/cluster/free-port.ts";
import { findRedisProgram } from "./redis-binary.ts";

/** A Redis process of one test's own; it keeps port and folder over a restart. */
export interface RedisProcess {
  readonly port: number;
  readonly folder: string;
  readonly pid: number;
  /** Ends the server at once, as a crash does. */
  kill(): Promise<void>;
  /** Ends the server and removes its folder. */
  stop(): Promise<void>;
  /** Ends the server if it still runs and starts it again on the same port; its data is lost unless `settings` keep it. */
  restart(): Promise<void>;
  /** Stops the process by SIGSTOP: connections stay open and silent. */
  pause(): void;
  resume(): void;
}

export interface RedisProcessOptions {
  /** As in redis.conf; an empty text gives the empty value. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Start as a Sentinel with this configuration. */
  readonly sentinelFile?: (port: number, folder: string) => Promise<string>;
}

const START_ATTEMPTS = 8;
/** A cluster node listens on its port + 10000 too. */
const HIGHEST_PORT = 55_000;

const COMMON_SETTINGS: Readonly<Record<string, string>> = {
  bind: "127.0.0.1",
  save: "",
  appendonly: "no",
  "repl-diskless-sync-delay": "0",
  logfile: "",
  loglevel: "notice",
};

/** Starts a server on a free port of the loopback address, in a folder of its own. */
export async function startRedisProcess(options: RedisProcessOptions = {}): Promise<RedisProcess> {
  const program = await findRedisProgram();
  const folder = await mkdtemp(join("/tmp", "streamgate-test-redis-"));
  for (let attempt = 1; ; attempt += 1) {
    const port = await findLowFreePort();
    try {
      const flags = await flagsOf(options, port, folder);
      return handleOf(port, folder, program, flags, await launch(folder, program, flags));
    } catch (error) {
      if (attempt < START_ATTEMPTS && /Address already in use|bind/.test(String(error))) continue;
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }
}

async function findLowFreePort(): Promise<number> {
  for (;;) {
    const port = await findFreePort();
    if (port < HIGHEST_PORT) return port;
  }
}

async function flagsOf(
  options: RedisProcessOptions,
  port: number,
  folder: string,
): Promise<readonly string[]> {
  if (options.sentinelFile) return [await options.sentinelFile(port, folder), "--sentinel"];
  const settings = { ...COMMON_SETTINGS, ...options.settings, port: String(port), dir: folder };
  return Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
}

function handleOf(
  port: number,
  folder: string,
  program: string,
  flags: readonly string[],
  first: Launched,
): RedisProcess {
  let launched = first;
  const kill = (): Promise<void> => endOf(launched);
  return {
    port,
    folder,
    get pid() {
      return launched.pid;
    },
    kill,
    stop: async () => {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
    restart: async () => {
      await kill();
      launched = await launch(folder, program, flags);
    },
    pause: () => {
      process.kill(launched.pid, "SIGSTOP");
    },
    resume: () => {
      process.kill(launched.pid, "SIGCONT");
    },
  };
}

interface Launched {
  readonly pid: number;
  readonly supervisor: ChildProcess;
}

/**
 * The shell starts the server and waits for its end. A second shell waits for the end of the
 * standard input and then kills the server, a stopped one too. When the test died without an order, the folder goes as well.
 */
const SUPERVISOR = `
folder=$1
shift
"$@" </dev/null &
server=$!
echo "pid $server"
exec 3<&0
( read -r order <&3; kill -KILL "$server"; [ "$order" = kill ] || rm -rf "$folder" ) &
reader=$!
wait "$server"
kill "$reader" 2>/dev/null
`;

function launch(folder: string, program: string, flags: readonly string[]): Promise<Launched> {
  return new Promise((resolve, reject) => {
    const child = spawn(
      "/bin/sh",
      ["-c", SUPERVISOR, "streamgate-redis", folder, program, ...flags],
      {
        cwd: "/",
        detached: true,
        stdio: ["pipe", "pipe", "pipe"],
      },
    );
    let output = "";
    const listen = (chunk: Buffer): void => {
      output += chunk.toString("utf8");
      const pid = /^pid (\d+)$/m.exec(output)?.[1];
      const isReady = /Ready to accept connections|monitor master|Sentinel ID is/.test(output);
      if (pid === undefined || !isReady) return;
      child.stdout.off("data", listen).resume();
      child.unref();
      for (const stream of [child.stdin, child.stdout, child.stderr]) unref(stream);
      resolve({ pid: Number(pid), supervisor: child });
    };
    child.stdin.on("error", () => undefined);
    child.stdout.on("data", listen);
    child.stderr.on("data", (chunk: Buffer) => {
      output += chunk.toString("utf8");
    });
    child.once("error", reject);
    child.once("close", () =>
      reject(
        new Error(`the Redis server ended: ${output.trim().split("\n").slice(-5).join(" | ")}`),
      ),
    );
  });
}

async function endOf({ supervisor }: Launched): Promise<void> {
  if (supervisor.exitCode !== null || supervisor.signalCode !== null) return;
  supervisor.ref();
  const ended = new Promise<void>((resolve) => supervisor.once("exit", () => resolve()));
  supervisor.stdin?.end("kill\n");
  await ended;
}

function unref(stream: unknown): void {
  (stream as { unref?: () => void }).unref?.();
}
