import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { promisify } from "node:util";
import { exists, installOnce, mayInstall } from "./debian-package.ts";

const run = promisify(execFile);

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
  if (!(await mayInstall())) throw missing("varnishd or its vmod xkey is not there");
  await installOnce("varnish", ["varnish", "varnish-modules"]).catch((cause: unknown) => {
    throw missing("apt-get could not install it", cause);
  });
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

function missing(happened: string, cause?: unknown): Error {
  return new Error(
    `Tests need Varnish 7 with vmod xkey and ${happened}: install the packages varnish and varnish-modules, or set STREAMGATE_TEST_VARNISHD to the program.`,
    { cause },
  );
}
