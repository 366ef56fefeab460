import { readFile } from "node:fs/promises";
import { join } from "node:path";

const MODULES = join(import.meta.dirname, "..", "..", "node_modules");

/** The versions of Node.js and of these libraries, as installed. */
export async function libraryVersions(
  names: readonly string[],
): Promise<Readonly<Record<string, string>>> {
  const entries = await Promise.all(
    names.map(async (name) => {
      const manifest = JSON.parse(await readFile(join(MODULES, name, "package.json"), "utf8")) as {
        readonly version: string;
      };
      return [name, manifest.version] as const;
    }),
  );
  return { node: process.version, ...Object.fromEntries(entries) };
}
