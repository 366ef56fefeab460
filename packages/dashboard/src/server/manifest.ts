import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

/** What a document has to name so that a page is styled and comes alive. */
export interface PageFiles {
  /** Put into the document itself: styles of the shell and of the first screen. */
  readonly criticalCss: string;
  /** The program; undefined where the dashboard was not built. */
  readonly entry: string | undefined;
  /** Modules that the program needs for this page. */
  readonly modules: readonly string[];
  readonly styles: readonly string[];
}

interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
}

interface Build {
  readonly chunks: Readonly<Record<string, Chunk>>;
  readonly criticalCss: string;
}

const FOLDER = new URL("../../dist/client/", import.meta.url);
const ENTRY = "src/client.tsx";

let build: Promise<Build> | undefined;

/** The files for a page by its source below `src/pages`. Without a build there are none, and pages are bare but whole. */
export async function filesOf(source: string | undefined): Promise<PageFiles> {
  build ??= readBuild();
  const { chunks, criticalCss } = await build;
  const names = new Set<string>();
  const styles = new Set<string>();
  const visit = (name: string): void => {
    const chunk = chunks[name];
    if (chunk === undefined || names.has(name)) return;
    names.add(name);
    if (name !== ENTRY) for (const css of chunk.css ?? []) styles.add(`/${css}`);
    for (const imported of chunk.imports ?? []) visit(imported);
  };
  visit(ENTRY);
  if (source !== undefined) visit(`src/pages/${source}`);
  names.delete(ENTRY);
  const entry = chunks[ENTRY];
  return {
    criticalCss,
    entry: entry === undefined ? undefined : `/${entry.file}`,
    modules: [...names].map((name) => `/${chunks[name]?.file ?? ""}`),
    styles: [...styles],
  };
}

async function readBuild(): Promise<Build> {
  try {
    const text = await readFile(new URL(".vite/manifest.json", FOLDER), "utf8");
    const chunks = JSON.parse(text) as Readonly<Record<string, Chunk>>;
    const files = chunks[ENTRY]?.css ?? [];
    const css = await Promise.all(
      files.map((file) => readFile(fileURLToPath(new URL(file, FOLDER)), "utf8")),
    );
    return { chunks, criticalCss: css.join("\n").trim() };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return { chunks: {}, criticalCss: "" };
  }
}
