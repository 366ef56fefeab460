import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { until } from "../../../../test/support/until.ts";

const PROGRAM = fileURLToPath(new URL("watched-process.ts", import.meta.url));

/** Starts the watched process; its address is known when this resolves. */
export async function startWatched(
  ...options: readonly string[]
): Promise<{ readonly child: ChildProcess; readonly url: string }> {
  const flags = ["--conditions=source", "--import", "tsx", PROGRAM, ...options];
  const child = spawn(process.execPath, flags, { stdio: ["ignore", "pipe", "inherit"] });
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => {
    said += chunk.toString("utf8");
  });
  await until(() => said.includes("\n") || child.exitCode !== null);
  return { child, url: said.trim() };
}

/** Its exit code, once it has ended. */
export async function exitCodeOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  return child.exitCode;
}
