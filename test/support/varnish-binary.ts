import { execFile } from "node:child_process";
import { access, mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { until } from "./until.ts";

const run = promisify(execFile);

const INSTALL_LOCK = join("/tmp", "streamgate-test-varnish-install.lock");
const INSTALL_PATIENCE_MS = 110_000;
/** Debian puts it where the PATH of users does not reach. */
const SYSTEM_FOLDERS = ["/usr/sbin", "/usr/local/sbin"];

/**
 * varnishd with vmod xkey: `STREAMGATE_TEST_VARNISHD`, or from the PATH; as root on Debian it is installed where it is
 * missing.
 *
 * @throws an error of one line that says what to install
 */
export async function findVarnishProgram(): Promise<string> {
  const given = process.env.STREAMGATE_TEST_VARNISHD;
  if (given !== undefined) return given;
  const found = await findUsable();
  if (found !== undefined) return found;
  if (process.getuid?.() !== 0 || !(await exists("/usr/bin/apt-get")))
    throw missing("varnishd or its vmod xkey is not there");
  await installOnce();
  const installed = await findUsable();
  if (installed === undefined) throw missing("apt-get could not install it");
  return installed;
}

/** A varnishd that can compile a program that imports xkey. */
async function findUsable(): Promise<string | undefined> {
  for (const folder of [...(process.env.PATH ?? "").split(delimiter), ...SYSTEM_FOLDERS]) {
    const program = join(folder, "varnishd");
    if ((await exists(program)) && (await canCompile(program))) return program;
  }
  return undefined;
}

async function canCompile(program: string): Promise<boolean> {
  const source = "vcl 4.1; import xkey; backend default none;";
  return compileVcl(program, source).then(
    () => true,
    () => false,
  );
}

/** Compiles a VCL text to C; rejects with what the compiler said. */
export async function compileVcl(program: string, vcl: string): Promise<void> {
  const folder = await mkdtemp(join("/tmp", "streamgate-test-vcl-"));
  const file = join(folder, "tested.vcl");
  try {
    await writeFile(file, vcl);
    await run(program, ["-j", "none", "-C", "-f", file, "-n", join(folder, "work")], {
      maxBuffer: 64 * 1024 * 1024,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
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
      [...waitForOthers, "install", "-y", "--no-install-recommends", "varnish", "varnish-modules"],
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
    `Tests need Varnish 7 with vmod xkey and ${happened}: install the packages varnish and varnish-modules, or set STREAMGATE_TEST_VARNISHD to the program.`,
    { cause },
  );
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
