import { type FileHandle, open, readFile, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { journalFailed, queueClosed } from "../errors.ts";
import {
  applyRecord,
  formatRecord,
  type JournalRecord,
  type PendingTargets,
  replay,
} from "./journal-lines.ts";
import { type JournalLock, lockJournal } from "./journal-lock.ts";
import type { PurgeTarget } from "./target.ts";

export interface JournalOptions {
  /** A file of this process alone; its folder must exist. */
  readonly path: string;
  /** The file is written anew once it is longer than this and than twice what is left to do. @default 1 MiB */
  readonly compactAtBytes?: number;
}

/** What is still to be purged, kept in an append-only file. */
export interface PurgeJournal {
  /** What was left at the start, by the purger's name. */
  readonly left: ReadonlyMap<string, readonly PurgeTarget[]>;
  /** Resolves once the record is on the disk; those of one moment share an fsync. */
  write(record: JournalRecord): Promise<void>;
  close(): Promise<void>;
}

const DEFAULT_COMPACT_AT_BYTES = 1024 * 1024;

/**
 * Opens a journal, or makes it, and reads what an earlier process left.
 *
 * @throws SG_CACHE_EDGE_JOURNAL_IN_USE when a living process has it; SG_CACHE_EDGE_JOURNAL_FAILED
 */
export async function openJournal(
  options: JournalOptions,
  purgers: readonly string[],
): Promise<PurgeJournal> {
  const { path, compactAtBytes = DEFAULT_COMPACT_AT_BYTES } = options;
  const lock = await lockJournal(path);
  try {
    const pending = replay(await textOf(path), purgers);
    const journal = new FileJournal(path, compactAtBytes, pending, lock);
    await journal.rewrite();
    return journal;
  } catch (error) {
    await lock.release();
    throw journalFailed("open", path, error);
  }
}

class FileJournal implements PurgeJournal {
  readonly left: ReadonlyMap<string, readonly PurgeTarget[]>;
  readonly #path: string;
  readonly #compactAtBytes: number;
  readonly #pending: PendingTargets;
  readonly #lock: JournalLock;
  #file: FileHandle | undefined;
  #bytes = 0;
  #bytesAfterRewrite = 0;
  #unwritten: string[] = [];
  /** The write under way; never rejects. */
  #current: Promise<void> = Promise.resolve();
  /** The write that waits for it. */
  #next: Promise<void> | undefined;
  #isTorn = false;
  #isClosed = false;

  constructor(path: string, compactAtBytes: number, pending: PendingTargets, lock: JournalLock) {
    this.#path = path;
    this.#compactAtBytes = compactAtBytes;
    this.#pending = pending;
    this.#lock = lock;
    this.left = new Map([...pending].map(([name, targets]) => [name, [...targets]]));
  }

  write(record: JournalRecord): Promise<void> {
    if (this.#isClosed) return Promise.reject(queueClosed("its journal is closed"));
    applyRecord(this.#pending, record);
    this.#unwritten.push(formatRecord(record));
    return this.#flush();
  }

  async close(): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#next?.catch(() => undefined);
    await this.#current;
    await this.#file?.close();
    await this.#lock.release();
  }

  /** One writer at a time: what arrives while the disk works goes out together with the next write. */
  #flush(): Promise<void> {
    if (this.#next !== undefined) return this.#next;
    const next = this.#current.then(() => {
      this.#current = next.catch(() => undefined);
      this.#next = undefined;
      return this.#writeAll();
    });
    this.#next = next;
    return next;
  }

  async #writeAll(): Promise<void> {
    const lines = this.#unwritten.join("");
    this.#unwritten = [];
    try {
      await this.#append(lines);
    } catch (error) {
      this.#isTorn = true;
      throw journalFailed("write", this.#path, error);
    }
    if (this.#bytes > this.#compactAtBytes && this.#bytes > 2 * this.#bytesAfterRewrite)
      await this.rewrite().catch(() => undefined);
  }

  async #append(lines: string): Promise<void> {
    // A line that failed half way must not swallow the next one.
    const text = this.#isTorn ? `\n${lines}` : lines;
    await this.#file?.appendFile(text);
    await this.#file?.datasync();
    this.#isTorn = false;
    this.#bytes += Buffer.byteLength(text);
  }

  /** Replaces the file by one that holds only what is left to do. */
  async rewrite(): Promise<void> {
    const text = [...this.#pending]
      .map(([purger, targets]) => formatRecord({ kind: "only", purger, targets: [...targets] }))
      .join("");
    const aside = `${this.#path}.new`;
    const file = await open(aside, "w", 0o600);
    try {
      await file.writeFile(text);
      await file.sync();
      await rename(aside, this.#path);
    } catch (error) {
      await file.close();
      await rm(aside, { force: true });
      throw error;
    }
    await this.#file?.close();
    this.#file = file;
    this.#bytes = Buffer.byteLength(text);
    this.#bytesAfterRewrite = this.#bytes;
    await syncFolder(dirname(this.#path));
  }
}

async function textOf(path: string): Promise<string> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}

/** A renamed file is durable once its folder is. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
