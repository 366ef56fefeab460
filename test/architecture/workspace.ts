import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT: string = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

/** One package of the workspace with the modules of its sources. */
export interface WorkspacePackage {
  readonly name: string;
  readonly folder: string;
  /** What its sources may import. */
  readonly dependencies: readonly string[];
  /** Path of its public API from the root of the workspace. */
  readonly index: string;
  readonly modules: readonly SourceModule[];
}

export interface SourceModule {
  /** Path from the root of the workspace. */
  readonly path: string;
  readonly text: string;
  /** The specifiers of its imports and re-exports. */
  readonly imports: readonly string[];
}

const IMPORT = /(?:^|\n)\s*(?:import|export)\b[^"';]*?\bfrom\s+["']([^"']+)["']/g;
const BARE_IMPORT = /(?:^|\n)\s*import\s+["']([^"']+)["']/g;
const DYNAMIC_IMPORT = /\bimport\(\s*["']([^"']+)["']\s*\)/g;

/** Every package below `packages` and `examples`. */
export function readWorkspace(): readonly WorkspacePackage[] {
  return ["packages", "examples"].flatMap((group) =>
    readdirSync(join(ROOT, group))
      .map((name) => join(ROOT, group, name))
      .filter((folder) => existsSync(join(folder, "package.json")))
      .map(readPackage),
  );
}

function readPackage(folder: string): WorkspacePackage {
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    readonly name: string;
    readonly dependencies?: Readonly<Record<string, string>>;
    readonly devDependencies?: Readonly<Record<string, string>>;
    readonly exports?: Readonly<Record<string, { readonly source?: string } | string>>;
  };
  return {
    name: manifest.name,
    folder: relative(ROOT, folder),
    dependencies: Object.keys({
      ...manifest.dependencies,
      // What a bundler builds in, nobody installs: it stands among what is needed for building.
      ...(existsSync(join(folder, "vite.config.ts")) ? manifest.devDependencies : {}),
    }),
    index: join(relative(ROOT, folder), sourceOf(manifest.exports?.["."])),
    modules: [".ts", ".tsx"]
      .flatMap((ending) => listFiles(join(folder, "src"), ending))
      .map(readModule),
  };
}

function sourceOf(entry: { readonly source?: string } | string | undefined): string {
  return (typeof entry === "object" ? entry.source : undefined) ?? "src/index.ts";
}

function readModule(file: string): SourceModule {
  const text = readFileSync(file, "utf8");
  const imports = [IMPORT, BARE_IMPORT, DYNAMIC_IMPORT].flatMap((pattern) =>
    [...text.matchAll(pattern)].flatMap((match) => (match[1] === undefined ? [] : [match[1]])),
  );
  return { path: relative(ROOT, file), text, imports };
}

/** Files below `folder` with this ending, at any depth; generated and installed ones left out. */
export function listFiles(folder: string, ending: string): readonly string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      return ["node_modules", "dist", "coverage"].includes(entry.name)
        ? []
        : listFiles(path, ending);
    }
    return entry.name.endsWith(ending) ? [path] : [];
  });
}

/** The package of a bare specifier: `@a/b/c` → `@a/b`; undefined for relative and built-in ones. */
export function packageOf(specifier: string): string | undefined {
  if (specifier.startsWith(".") || specifier.startsWith("node:")) return undefined;
  return specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
}
