import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { exists, installOnce, mayInstall } from "./debian-package.ts";

const PROGRAMS = "/usr/lib/postgresql/15";

/**
 * Debian's PostgreSQL 15 with extensions that no embedded one carries (`hypopg`, `ip4r`), in the shape of an npm package of programs, for
 * `startTestPostgres`. As root on Debian what is missing is installed; no server of the package is started.
 *
 * @throws an error of one line that says what to install
 */
export async function findDebianPostgres(extensions: readonly string[]): Promise<string> {
  const packages = extensions.map((name) => `postgresql-15-${name}`);
  if (!(await areThere(extensions))) {
    if (!(await mayInstall())) throw missing(packages);
    await installOnce("postgresql-15", packages).catch((cause: unknown) => {
      throw missing(packages, cause);
    });
    if (!(await areThere(extensions))) throw missing(packages);
  }
  const folder = join("/tmp", "streamgate-test-shared", "debian-15-programs");
  await mkdir(join(folder, "dist"), { recursive: true, mode: 0o755 });
  const entry = join(folder, "dist", "index.js");
  await writeFile(entry, "");
  await symlink(PROGRAMS, join(folder, "native")).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  });
  return entry;
}

async function areThere(extensions: readonly string[]): Promise<boolean> {
  const files = extensions.map((name) => join(PROGRAMS, "lib", `${name}.so`));
  const found = await Promise.all([join(PROGRAMS, "bin", "postgres"), ...files].map(exists));
  return found.every((isThere) => isThere);
}

function missing(packages: readonly string[], cause?: unknown): Error {
  return new Error(
    `Tests need PostgreSQL 15 with extensions that no npm package has: install ${packages.join(" and ")}.`,
    { cause },
  );
}
