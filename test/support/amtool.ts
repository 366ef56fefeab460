import { execFile } from "node:child_process";
import { access, mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { findPromtool } from "./promtool.ts";
import { until } from "./until.ts";

const run = promisify(execFile);

const INSTALL_LOCK = join("/tmp", "streamgate-test-alertmanager-install.lock");
const INSTALL_PATIENCE_MS = 110_000;

/** What `amtool check-config` says of a configuration of Alertmanager; empty where it accepts it. */
export async function checkAlertmanagerConfig(yaml: string): Promise<string> {
  return checkFile(await findAmtool(), ["check-config"], yaml);
}

/** What `promtool check rules` says of a file of rules; empty where it accepts it. */
export async function checkPrometheusRules(yaml: string): Promise<string> {
  return checkFile(await findPromtool(), ["check", "rules"], yaml);
}

/** What `promtool test rules` says of a rules file and of tests upon it; empty where all pass. */
export async function testPrometheusRules(rulesYaml: string, testsYaml: string): Promise<string> {
  const program = await findPromtool();
  return inFolder(async (folder) => {
    await writeFile(join(folder, "rules.yaml"), rulesYaml);
    const tests = join(folder, "tests.yaml");
    await writeFile(tests, testsYaml);
    return say(program, ["test", "rules", tests]);
  });
}

/** Which receiver an alert with these labels reaches, as `amtool config routes test` sees it. */
export async function receiversOf(yaml: string, labels: readonly string[]): Promise<string> {
  const program = await findAmtool();
  return inFolder(async (folder) => {
    const file = join(folder, "alertmanager.yaml");
    await writeFile(file, yaml);
    const { stdout } = await run(program, [
      "config",
      "routes",
      "test",
      `--config.file=${file}`,
      ...labels,
    ]);
    return stdout.trim();
  });
}

async function checkFile(program: string, command: string[], yaml: string): Promise<string> {
  return inFolder(async (folder) => {
    const file = join(folder, "checked.yaml");
    await writeFile(file, yaml);
    return say(program, [...command, file]);
  });
}

async function say(program: string, options: string[]): Promise<string> {
  return run(program, options).then(
    () => "",
    (failed: { readonly stdout?: string; readonly stderr?: string; readonly message: string }) =>
      `${failed.stdout ?? ""}${failed.stderr ?? ""}` || failed.message,
  );
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join("/tmp", "streamgate-test-amtool-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** `STREAMGATE_TEST_AMTOOL`, or from the PATH; as root on Debian it is installed where it is missing. */
async function findAmtool(): Promise<string> {
  const given = process.env.STREAMGATE_TEST_AMTOOL ?? (await onPath());
  if (given !== undefined) return given;
  if (process.getuid?.() !== 0 || !(await exists("/usr/bin/apt-get")))
    throw missing("it is not there");
  await installOnce();
  const installed = await onPath();
  if (installed === undefined) throw missing("apt-get could not install it");
  return installed;
}

async function onPath(): Promise<string | undefined> {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const program = join(folder, "amtool");
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
    `Tests need amtool of Alertmanager and ${happened}: install the package prometheus-alertmanager, or set STREAMGATE_TEST_AMTOOL to the program.`,
    { cause },
  );
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
