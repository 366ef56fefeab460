import { execFile } from "node:child_process";
import { access, mkdir, rm, stat } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { until } from "./until.ts";

const run = promisify(execFile);

const PROGRAMS = ["redis-server", "valkey-server"];
const INSTALL_LOCK = join("/tmp", "streamgate-test-redis-install.lock");
const INSTALL_PATIENCE_MS = 110_000;

/**
 * The program on the PATH; as root on Debian it is installed where it is missing.
 *
 * @throws an error of one line that says what to install
 */
export async function findRedisProgram(): Promise<string> {
  const found = await findOnPath();
  if (found !== undefined) return found;
  const isDebian = await exists("/usr/bin/apt-get");
  if (process.getuid?.() !== 0 || !isDebian) throw missing("it is not on the PATH");
  await installOnce();
  const installed = await findOnPath();
  if (installed === undefined) throw missing("apt-get could not install it");
  return installed;
}

async function findOnPath(): Promise<string | undefined> {
  const folders = (process.env.PATH ?? "").split(delimiter);
  for (const program of PROGRAMS) {
    for (const folder of folders) {
      if (await exists(join(folder, program))) return join(folder, program);
    }
  }
  return undefined;
}

/** Making a folder is atomic: of two test files at the same time one installs and the other waits. */
async function installOnce(): Promise<void> {
  try {
    await mkdir(INSTALL_LOCK);
  } catch {
    await until(async () => !(await isLocked()), INSTALL_PATIENCE_MS);
    return;
  }
  try {
    const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    await run("apt-get", ["update"], { env: environment });
    await run("apt-get", ["install", "-y", "--no-install-recommends", "redis-server"], {
      env: environment,
    });
  } catch (cause) {
    throw missing("apt-get could not install it", cause);
  } finally {
    await rm(INSTALL_LOCK, { recursive: true, force: true });
  }
}

/** A lock older than an installation takes was left by a process that died. */
async function isLocked(): Promise<boolean> {
  const lock = await stat(INSTALL_LOCK).catch(() => undefined);
  if (lock === undefined) return false;
  if (Date.now() - lock.mtimeMs < INSTALL_PATIENCE_MS) return true;
  await rm(INSTALL_LOCK, { recursive: true, force: true });
  return false;
}

function missing(happened: string, cause?: unknown): Error {
  return new Error(
    `Tests need a Redis server and ${happened}: install the package redis-server (or valkey-server), or set STREAMGATE_TEST_REDIS_URL.`,
    { cause },
  );
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
