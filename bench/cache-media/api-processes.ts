import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";

/** As built: what an operator runs. */
const MAIN = fileURLToPath(new URL("../../examples/media/dist/main.js", import.meta.url));

/** One process of the media API. */
export interface ApiProcess {
  readonly url: string;
  stop(): Promise<void>;
}

/** @param words of `media api`, beside the port */
export async function startApi(databaseUrl: string, words: readonly string[]): Promise<ApiProcess> {
  const child = spawn(process.execPath, [MAIN, "api", "--port", "0", ...words], {
    env: { ...process.env, DATABASE_URL: databaseUrl },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "close");
  return {
    url: await addressOf(child),
    stop: async () => {
      child.kill("SIGTERM");
      await ended;
    },
  };
}

async function addressOf(child: ChildProcessByStdio<null, Readable, null>): Promise<string> {
  for await (const line of createInterface({ input: child.stdout })) {
    const said = JSON.parse(line) as { readonly listening?: string };
    if (said.listening !== undefined) return said.listening;
  }
  throw new Error("the media API ended before it listened");
}
