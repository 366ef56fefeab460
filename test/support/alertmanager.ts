import { execFile, spawn } from "node:child_process";
import { access, mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { until } from "./until.ts";

const run = promisify(execFile);

const PROGRAMS = ["prometheus-alertmanager", "alertmanager"];
const INSTALL_LOCK = join("/tmp", "streamgate-test-alertmanager-install.lock");
const INSTALL_PATIENCE_MS = 110_000;

/** A real Alertmanager of one test file's own. */
export interface TestAlertmanager {
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Starts an Alertmanager on a free port of the loopback address: `STREAMGATE_TEST_ALERTMANAGER`, or from the PATH; as
 * root on Debian it is installed where it is missing.
 *
 * @param config its configuration file
 * @throws an error of one line that says what to install
 */
export async function startTestAlertmanager(config: string): Promise<TestAlertmanager> {
  const program = await findProgram();
  const folder = await mkdtemp(join("/tmp", "streamgate-test-alertmanager-"));
  await writeFile(join(folder, "config.yml"), config);
  const port = await freePort();
  const child = spawn(
    program,
    [
      `--config.file=${join(folder, "config.yml")}`,
      `--storage.path=${join(folder, "data")}`,
      `--web.listen-address=127.0.0.1:${port}`,
      "--cluster.listen-address=",
    ],
    { stdio: "ignore" },
  );
  const kill = (): boolean => child.kill("SIGKILL");
  process.once("exit", kill);
  const url = `http://127.0.0.1:${port}`;
  const isReady = (): Promise<boolean> =>
    fetch(`${url}/-/ready`).then(
      ({ ok }) => ok,
      () => false,
    );
  await until(isReady);
  return {
    url,
    stop: async () => {
      process.off("exit", kill);
      kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function findProgram(): Promise<string> {
  const given = process.env.STREAMGATE_TEST_ALERTMANAGER;
  if (given !== undefined) return given;
  const found = await findOnPath();
  if (found !== undefined) return found;
  if (process.getuid?.() !== 0 || !(await exists("/usr/bin/apt-get")))
    throw missing("it is not on the PATH");
  await installOnce();
  const installed = await findOnPath();
  if (installed === undefined) throw missing("apt-get could not install it");
  return installed;
}

async function findOnPath(): Promise<string | undefined> {
  for (const program of PROGRAMS) {
    for (const folder of (process.env.PATH ?? "").split(delimiter)) {
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
    const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
    const waitForOthers = ["-o", "DPkg::Lock::Timeout=100"];
    await run("apt-get", [...waitForOthers, "update"], { env: environment });
    await run(
      "apt-get",
      [...waitForOthers, "install", "-y", "--no-install-recommends", "prometheus-alertmanager"],
      { env: environment, maxBuffer: 16 * 1024 * 1024 },
    );
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
    `Tests need a Prometheus Alertmanager and ${happened}: install the package prometheus-alertmanager, or set STREAMGATE_TEST_ALERTMANAGER to the program.`,
    { cause },
  );
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return address !== null && typeof address === "object" ? address.port : 0;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
