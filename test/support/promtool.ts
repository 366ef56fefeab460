import { execFile, spawn } from "node:child_process";
import { createReadStream } from "node:fs";
import { access, mkdir, rm, stat } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { promisify } from "node:util";
import { until } from "./until.ts";

const run = promisify(execFile);

const INSTALL_LOCK = join("/tmp", "streamgate-test-prometheus-install.lock");
const INSTALL_PATIENCE_MS = 110_000;

/**
 * promtool: `STREAMGATE_TEST_PROMTOOL`, or from the PATH; as root on Debian it is installed where it is missing.
 *
 * @throws an error of one line that says what to install
 */
export async function findPromtool(): Promise<string> {
  return process.env.STREAMGATE_TEST_PROMTOOL ?? findPrometheusProgram("promtool");
}

/** A program of Debian's package prometheus: `prometheus` or `promtool`. */
export async function findPrometheusProgram(name: "prometheus" | "promtool"): Promise<string> {
  const found = await onPath(name);
  if (found !== undefined) return found;
  if (process.getuid?.() !== 0 || !(await exists("/usr/bin/apt-get")))
    throw missing(`${name} is not there`);
  await installOnce();
  const installed = await onPath(name);
  if (installed === undefined) throw missing("apt-get could not install it");
  return installed;
}

/** What `promtool check metrics` says of a text in the Prometheus format; empty where it accepts it. */
export async function checkMetrics(text: string): Promise<string> {
  return checkWith(await findPromtool(), async (stdin) => {
    stdin.end(text);
  });
}

/** The same of a file. */
export async function checkMetricsFile(file: string): Promise<string> {
  return checkWith(await findPromtool(), (stdin) => pipeline(createReadStream(file), stdin));
}

async function checkWith(
  program: string,
  feed: (stdin: NodeJS.WritableStream) => Promise<void>,
): Promise<string> {
  const child = spawn(program, ["check", "metrics"], { stdio: ["pipe", "pipe", "pipe"] });
  let said = "";
  child.stdout.on("data", (part: Buffer) => {
    said += part.toString();
  });
  child.stderr.on("data", (part: Buffer) => {
    said += part.toString();
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
  // What promtool does not want to read any more is told by its exit code.
  await feed(child.stdin).catch(() => undefined);
  const code = await ended;
  return code === 0 ? "" : said || `exit code ${code}`;
}

async function onPath(name: string): Promise<string | undefined> {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const program = join(folder, name);
    if (await exists(program)) return program;
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
    // RUNLEVEL 1: Debian's scripts start no server of the package.
    const environment = { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" };
    const waitForOthers = ["-o", "DPkg::Lock::Timeout=100"];
    await run("apt-get", [...waitForOthers, "update"], { env: environment });
    await run(
      "apt-get",
      [...waitForOthers, "install", "-y", "--no-install-recommends", "prometheus"],
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
    `Tests need promtool of Prometheus and ${happened}: install the package prometheus, or set STREAMGATE_TEST_PROMTOOL to the program.`,
    { cause },
  );
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
