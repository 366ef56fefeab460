import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import pg from "pg";
import { type MortalPostgres, startMortalPostgres } from "./mortal-postgres.ts";

const PROGRAM = fileURLToPath(new URL("../../examples/media/dist/main.js", import.meta.url));
const SCALE = 0.1;

/** The reference API on a database of its own, with visitors. */
export interface WatchedMedia {
  readonly apiUrl: string;
  readonly databaseUrl: string;
  readonly agentToken: string;
  /** Nobody comes any more; API and database stay. */
  stopVisitors(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * @param requestsASecond of the visitors who come all the time
 * @param scale of its data
 */
export async function startWatchedMedia(
  requestsASecond: number,
  scale: number = SCALE,
): Promise<WatchedMedia> {
  const server: MortalPostgres = await startMortalPostgres({
    settings: { shared_preload_libraries: "pg_stat_statements", shared_buffers: "64MB" },
  });
  const databaseUrl = await server.locate();
  const agentToken = "test-agent-token-of-the-media-api";
  const children: ChildProcess[] = [];
  const start = (words: readonly string[]): ChildProcess => {
    const child = spawn(process.execPath, [PROGRAM, ...words], {
      env: { ...process.env, DATABASE_URL: databaseUrl, STREAMGATE_AGENT_TOKEN: agentToken },
      stdio: ["ignore", "pipe", "ignore"],
    });
    children.push(child);
    return child;
  };
  const stopAll = async (): Promise<void> => {
    for (const child of children.reverse()) await end(child);
    await server.stop();
  };
  try {
    const client = new pg.Client({ connectionString: databaseUrl });
    await client.connect();
    await client.query("create extension if not exists pg_stat_statements");
    await client.end();
    const seeding = start(["seed", "--scale", String(scale), "--force", "--json"]);
    seeding.stdout?.resume();
    await once(seeding, "exit");
    const apiUrl = await listeningAddress(start(["api", "--port", "0"]));
    const visitors = (rate: number): ChildProcess => {
      const child = start(["traffic", "--url", apiUrl, "--rate", String(rate)]);
      child.stdout?.resume();
      return child;
    };
    const always = visitors(requestsASecond);
    return {
      apiUrl,
      databaseUrl,
      agentToken,
      stopVisitors: () => end(always),
      stop: stopAll,
    };
  } catch (error) {
    await stopAll();
    throw error;
  }
}

async function listeningAddress(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error("the API has no output");
  for await (const line of createInterface({ input: child.stdout })) {
    const { listening } = JSON.parse(line) as { readonly listening?: unknown };
    if (typeof listening !== "string") continue;
    child.stdout.resume();
    return listening;
  }
  throw new Error("the API ended before it listened");
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill("SIGTERM");
  await once(child, "exit");
}
