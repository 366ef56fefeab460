import { readFileSync } from "node:fs";
import { link, readFile, rename, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { threadId } from "node:worker_threads";
import { journalFailed, journalInUse } from "../errors.ts";

/** The right to write a journal. */
export interface JournalLock {
  release(): Promise<void>;
}

/** Who holds a lock; `startedAt` tells a process from a later one with its number, where /proc does. */
interface Holder {
  readonly host: string;
  readonly pid: number;
  readonly thread: number;
  readonly startedAt: string;
}

/** Journals that this thread holds: where there is no /proc, they tell our own lock from one left by a process of our number. */
const heldHere = new Set<string>();

/**
 * Takes `path`.lock, which only one can make. The lock of a process that is gone is taken over.
 *
 * @throws SG_CACHE_EDGE_JOURNAL_IN_USE
 */
export async function lockJournal(path: string): Promise<JournalLock> {
  const file = `${path}.lock`;
  const own: Holder = {
    host: hostname(),
    pid: process.pid,
    thread: threadId,
    startedAt: startOf(process.pid),
  };
  if (!(await createLock(path, file, own))) {
    const holder = await readHolder(file);
    if (holder !== undefined && isAlive(holder, file)) throw journalInUse(path, describe(holder));
    await removeStale(path, file, holder);
    if (!(await createLock(path, file, own)))
      throw journalInUse(path, "another process that starts at the same time");
  }
  heldHere.add(file);
  return {
    release: async () => {
      heldHere.delete(file);
      await rm(file, { force: true });
    },
  };
}

/** A link appears with its content or not at all: nobody sees a lock whose holder is not in it yet. */
async function createLock(path: string, file: string, own: Holder): Promise<boolean> {
  const draft = `${file}.${process.pid}.${threadId}.new`;
  try {
    await writeFile(draft, JSON.stringify(own), { mode: 0o600 });
    await link(draft, file);
    return true;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EEXIST") return false;
    throw journalFailed("lock", path, error);
  } finally {
    await rm(draft, { force: true });
  }
}

/** Moves the lock away and looks at what was moved: somebody else may have taken it over in between. */
async function removeStale(path: string, file: string, holder: Holder | undefined): Promise<void> {
  const aside = `${file}.${process.pid}.${threadId}`;
  try {
    await rename(file, aside);
  } catch {
    return;
  }
  const moved = await readHolder(aside);
  const isSame = JSON.stringify(moved) === JSON.stringify(holder);
  if (!isSame && moved !== undefined) {
    await rename(aside, file);
    throw journalInUse(path, describe(moved));
  }
  await rm(aside, { force: true });
}

/** Undefined where the file is gone or no lock. */
async function readHolder(file: string): Promise<Holder | undefined> {
  try {
    const value: unknown = JSON.parse(await readFile(file, "utf8"));
    if (typeof value !== "object" || value === null) return undefined;
    const { host, pid, thread, startedAt } = {
      host: "",
      pid: 0,
      thread: 0,
      startedAt: "",
      ...value,
    };
    return typeof pid === "number" ? { host, pid, thread, startedAt } : undefined;
  } catch {
    return undefined;
  }
}

function isAlive(holder: Holder, file: string): boolean {
  // Nobody here can tell whether a process of another machine lives.
  if (holder.host !== hostname()) return true;
  const startedAt = startOf(holder.pid);
  if (startedAt !== "" && holder.startedAt !== "") return startedAt === holder.startedAt;
  if (holder.pid === process.pid) return heldHere.has(file) || holder.thread !== threadId;
  try {
    process.kill(holder.pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** The boot and the tick at which a process started; empty where there is no /proc or no such process. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" ? "" : `${boot} ${fields[19] ?? ""}`;
  } catch {
    return "";
  }
}

function describe({ host, pid }: Holder): string {
  return host === hostname() ? `process ${pid}` : `process ${pid} on ${host}`;
}
