import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { fileURLToPath } from "node:url";

const MAIN = fileURLToPath(new URL("../../src/main.ts", import.meta.url));

export type MainProcess = ChildProcessByStdio<null, Readable, Readable>;

/** Starts `media <words>` from its sources. */
export function startMain(words: readonly string[], environment: NodeJS.ProcessEnv): MainProcess {
  return spawn(process.execPath, ["--conditions=source", "--import", "tsx", MAIN, ...words], {
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

export interface MainOutcome {
  readonly exitCode: number;
  readonly output: string;
  readonly errors: string;
}

/** Runs `media <words>` to its end. */
export async function runMain(
  words: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<MainOutcome> {
  const child = startMain(words, environment);
  let output = "";
  let errors = "";
  child.stdout.on("data", (chunk: Buffer) => {
    output += chunk.toString("utf8");
  });
  child.stderr.on("data", (chunk: Buffer) => {
    errors += chunk.toString("utf8");
  });
  const [exitCode] = (await once(child, "close")) as [number];
  return { exitCode, output, errors };
}

/** The first line of the output that the condition accepts. */
export async function lineOf(
  child: MainProcess,
  isWanted: (line: string) => boolean,
): Promise<string> {
  for await (const line of createInterface({ input: child.stdout })) {
    if (isWanted(line)) return line;
  }
  throw new Error("the output ended without the line");
}
