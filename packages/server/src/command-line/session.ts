import { rm } from "node:fs/promises";
import { makeRunFolder } from "../configuration/run-folder.ts";
import { type MemoryWatch, startMemoryWatch } from "../memory/memory-watch.ts";
import { openStore } from "../store/open-store.ts";
import type { Store } from "../store/store.ts";
import type { TurnEvent } from "../turn/events.ts";
import type { CommandCall } from "./command.ts";

/** What a command that runs a turn works with. */
export interface Session {
  readonly store: Store;
  /** Folder for this process's disposable servers. */
  readonly runFolder: string;
  readonly memory: MemoryWatch;
}

/** Opens the store and a folder for disposable servers, and leaves neither behind. */
export async function withSession<T>(
  { settings, folder }: CommandCall,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const store = await openStore(settings.text("store"), folder);
  const runFolder = await makeRunFolder(folder);
  const memory = startMemoryWatch();
  if (store.serverPid !== null) memory.watchServer("store", store.serverPid);
  try {
    return await work({ store, runFolder, memory });
  } finally {
    memory.stop();
    await rm(runFolder, { recursive: true, force: true });
    await store.close();
  }
}

/** Opens only the store. */
export async function withStore<T>(
  { settings, folder }: CommandCall,
  work: (store: Store) => Promise<T>,
): Promise<T> {
  const store = await openStore(settings.text("store"), folder);
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

/** Lets the memory watch follow the servers that a turn starts and stops. */
export function followServers(memory: MemoryWatch, event: TurnEvent): void {
  if (event.kind === "server started") memory.watchServer(event.role, event.pid);
  if (event.kind === "server stopped") memory.forgetServer(event.role);
}
