import { execFile } from "node:child_process";
import { access, mkdir, rm, stat } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { until } from "./until.ts";

const run = promisify(execFile);
const INSTALL_PATIENCE_MS = 110_000;

/** Whether this process may install packages of Debian. */
export async function mayInstall(): Promise<boolean> {
  return process.getuid?.() === 0 && (await exists("/usr/bin/apt-get"));
}

/**
 * Installs packages of Debian. Making a folder is atomic: of several test files at the same time one installs and the others wait.
 *
 * @param name of the lock
 */
export async function installOnce(name: string, packages: readonly string[]): Promise<void> {
  const lock = join("/tmp", `streamgate-test-${name}-install.lock`);
  try {
    await mkdir(lock);
  } catch {
    await until(async () => !(await isLocked(lock)), INSTALL_PATIENCE_MS);
    return;
  }
  try {
    // RUNLEVEL 1: Debian's scripts start no server of the package.
    const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
    const waitForOthers = ["-o", "DPkg::Lock::Timeout=100"];
    await run("apt-get", [...waitForOthers, "update"], { env: environment });
    await run(
      "apt-get",
      [...waitForOthers, "install", "-y", "--no-install-recommends", ...packages],
      { env: environment, maxBuffer: 16 * 1024 * 1024 },
    );
  } finally {
    await rm(lock, { recursive: true, force: true });
  }
}

/** A lock older than an installation takes was left by a process that died. */
async function isLocked(lock: string): Promise<boolean> {
  const found = await stat(lock).catch(() => undefined);
  if (found === undefined) return false;
  if (Date.now() - found.mtimeMs < INSTALL_PATIENCE_MS) return true;
  await rm(lock, { recursive: true, force: true });
  return false;
}

/** Where a program lies on the PATH. */
export async function onPath(name: string): Promise<string | undefined> {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const program = join(folder, name);
    if (await exists(program)) return program;
  }
  return undefined;
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
