import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** A file that browsers load, with what it looks like compressed. */
export interface Asset {
  /** Below the server's root: `/assets/now-1a2b3c4d.js`. */
  readonly path: string;
  readonly type: string;
  readonly content: Buffer;
  readonly brotli: Buffer | undefined;
  readonly gzip: Buffer | undefined;
  /** Whether its name changes with its content, so that it may be kept for ever. */
  readonly isHashed: boolean;
}

const TYPES: Readonly<Record<string, string>> = {
  css: "text/css; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  json: "application/json; charset=utf-8",
  svg: "image/svg+xml",
  webmanifest: "application/manifest+json",
  png: "image/png",
  woff2: "font/woff2",
};

/** From here as from `src/server` and as from `dist/server`. */
const FOLDER = fileURLToPath(new URL("../../dist/client/", import.meta.url));

/** Reads all that browsers load, as the build left it. @throws where the dashboard was not built */
export async function readAssets(): Promise<readonly Asset[]> {
  const names = (await readdir(FOLDER, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(FOLDER.length));
  const isServed = (name: string): boolean =>
    !name.startsWith(".vite/") && !/\.(br|gz|map|html)$/.test(name) && extensionOf(name) in TYPES;
  return Promise.all(names.filter(isServed).map(readAsset));
}

async function readAsset(name: string): Promise<Asset> {
  const file = join(FOLDER, name);
  const [content, brotli, gzip] = await Promise.all([
    readFile(file),
    readFile(`${file}.br`).catch(() => undefined),
    readFile(`${file}.gz`).catch(() => undefined),
  ]);
  return {
    path: `/${name.replaceAll("\\", "/")}`,
    type: TYPES[extensionOf(name)] ?? "application/octet-stream",
    content,
    brotli,
    gzip,
    isHashed: /-[\w-]{8,}\.\w+$/.test(name),
  };
}

function extensionOf(name: string): string {
  return name.split(".").at(-1) ?? "";
}
