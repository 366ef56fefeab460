import { type FileHandle, open, readdir, truncate } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { Cluster } from "../../cluster/cluster.ts";
import { allowsDeduplication, PAGE_BYTES } from "../btree/empty-tree.ts";
import type { IndexForm } from "../sizes/index-size.ts";
import { plantedPages } from "../sizes/planted-pages.ts";

/** Segments of a relation end at 1 GiB: `16384`, `16384.1`, `16384.2`, …. */
const SEGMENT_BYTES = 1024 ** 3;

const CONCURRENT_FILES = 16;
const FILE_MODE = 0o600;

/** What a relation's file shall pretend to be. */
export interface FileSize {
  /** Below the data folder. */
  readonly path: string;
  readonly pages: number;
  /** What its first pages shall tell the planner; null for what the planner takes by its size alone. */
  readonly form: IndexForm | null;
}

/**
 * The twin's relation files, changed behind the server's back: it must hold none of their pages in
 * its buffers meanwhile. Files are sparse, so that a terabyte costs nothing.
 */
export class RelationFiles {
  readonly #cluster: Cluster;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** Gives each file its size, and each index the metapage that its planner reads. */
  async resize(sizes: readonly FileSize[]): Promise<void> {
    await eachOf(sizes, async ({ path, pages, form }) => {
      const planted = form === null ? 0 : await this.#plant(path, form, pages);
      await this.#setLength(path, Math.max(pages, planted));
    });
  }

  /** Empties tables, so that an index on them is made in no time. */
  async empty(paths: readonly string[]): Promise<void> {
    await eachOf(paths, async (path) => {
      const segments = await this.#laterSegments(path);
      await Promise.all([path, ...segments].map((segment) => truncate(this.#locate(segment), 0)));
    });
  }

  /** Whether a new B-tree may merge duplicates. */
  async allowsDeduplication(path: string): Promise<boolean> {
    const file = await open(this.#locate(path), "r");
    try {
      return allowsDeduplication(await readMetapage(file));
    } finally {
      await file.close();
    }
  }

  /** Writes the first pages; returns how many. */
  async #plant(path: string, form: IndexForm, pages: number): Promise<number> {
    const file = await open(this.#locate(path), "r+");
    try {
      const planted = plantedPages(await readMetapage(file), form, pages);
      await file.write(planted, 0, planted.length, 0);
      return planted.length / PAGE_BYTES;
    } finally {
      await file.close();
    }
  }

  async #setLength(path: string, pages: number): Promise<void> {
    const bytes = pages * PAGE_BYTES;
    await truncate(this.#locate(path), Math.min(bytes, SEGMENT_BYTES));
    for (let segment = 1; segment * SEGMENT_BYTES < bytes; segment += 1) {
      const rest = Math.min(bytes - segment * SEGMENT_BYTES, SEGMENT_BYTES);
      await this.#createSegment(this.#locate(`${path}.${segment}`), rest);
    }
  }

  async #createSegment(file: string, bytes: number): Promise<void> {
    const handle = await open(file, "a", FILE_MODE);
    try {
      await handle.truncate(bytes);
      const { uid, gid, isOther } = this.#cluster.serverUser;
      if (isOther && uid !== undefined && gid !== undefined) await handle.chown(uid, gid);
    } finally {
      await handle.close();
    }
  }

  async #laterSegments(path: string): Promise<readonly string[]> {
    const prefix = `${basename(path)}.`;
    const names = await readdir(dirname(this.#locate(path)));
    return names.filter((name) => name.startsWith(prefix)).map((name) => join(dirname(path), name));
  }

  #locate(path: string): string {
    return join(this.#cluster.dataFolder, path);
  }
}

async function readMetapage(file: FileHandle): Promise<Buffer> {
  const metapage = Buffer.alloc(PAGE_BYTES);
  await file.read(metapage, 0, PAGE_BYTES, 0);
  return metapage;
}

/** Runs `work` for each item, a few at a time. */
async function eachOf<Item>(
  items: readonly Item[],
  work: (item: Item) => Promise<void>,
): Promise<void> {
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const item = items[next];
      next += 1;
      if (item !== undefined) await work(item);
    }
  };
  await Promise.all(Array.from({ length: Math.min(CONCURRENT_FILES, items.length) }, worker));
}
