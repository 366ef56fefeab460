import { readFile } from "node:fs/promises";
import { join } from "node:path";
import pg from "pg";
import { isAlive } from "./process-lock.ts";

/** An embedded server that another process started. */
export interface RunningServer {
  readonly pid: number;
  readonly port: number;
  url(database?: string): string;
}

/** What an embedded cluster's folder says about a server that may run in it. */
export type ServerSighting =
  | { readonly kind: "none" }
  /** It is starting or stopping, and takes no connections. */
  | { readonly kind: "busy"; readonly pid: number }
  | { readonly kind: "running"; readonly server: RunningServer };

const ADMIN = "streamgate";
const CONNECT_TIMEOUT_MS = 3_000;
/** SQLSTATE cannot_connect_now. */
const CANNOT_CONNECT_NOW = "57P03";

/**
 * Looks for the server of an embedded cluster. PostgreSQL writes its process id and port to
 * `postmaster.pid` (PostgreSQL manual, Database File Layout); a crashed server leaves the file
 * behind and the system gives its id to another process, so the server is spoken to.
 */
export async function findRunningServer(folder: string): Promise<ServerSighting> {
  const file = await readFile(join(folder, "data", "postmaster.pid"), "utf8").catch(() => "");
  const lines = file.split("\n");
  const pid = Number(lines[0]);
  const port = Number(lines[3]);
  if (!(pid > 0 && port > 0) || !isAlive(pid)) return { kind: "none" };
  const password = (await readFile(join(folder, "password"), "utf8").catch(() => "")).trim();
  const url = (database = "postgres"): string =>
    `postgresql://${ADMIN}:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
  switch (await knockAt(url())) {
    case "open":
      return { kind: "running", server: { pid, port, url } };
    case "busy":
      return { kind: "busy", pid };
    case "closed":
      return { kind: "none" };
  }
}

/** Whether the server of a folder lets those who are connected finish and takes nobody else (line 8 of `postmaster.pid`). */
export async function isStopping(folder: string): Promise<boolean> {
  const file = await readFile(join(folder, "data", "postmaster.pid"), "utf8").catch(() => "");
  return file.split("\n")[7]?.trim() === "stopping";
}

async function knockAt(connectionString: string): Promise<"open" | "busy" | "closed"> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  client.on("error", () => undefined);
  try {
    await client.connect();
    await client.end();
    return "open";
  } catch (error) {
    await client.end().catch(() => undefined);
    return (error as { code?: unknown }).code === CANNOT_CONNECT_NOW ? "busy" : "closed";
  }
}
