import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { findFreePort } from "../../packages/pg-advisor/src/cluster/free-port.ts";
import { findVarnishProgram } from "./varnish-binary.ts";

/** A real Varnish of one test file's own. */
export interface TestVarnish {
  readonly url: string;
  stop(): Promise<void>;
}

export interface TestVarnishOptions {
  /** Text of the program; its backend becomes the loopback address and `backendPort`. @default the shipped one */
  readonly vcl?: string;
  readonly backendPort: number;
}

const SHIPPED_VCL = fileURLToPath(new URL("../../deploy/edge/varnish.vcl", import.meta.url));
const START_ATTEMPTS = 5;
const START_PATIENCE_MS = 30_000;

export function readShippedVcl(): Promise<string> {
  return readFile(SHIPPED_VCL, "utf8");
}

/** Starts a Varnish on a free port of the loopback address, in a folder of its own, with varnishd's default parameters. */
export async function startTestVarnish(options: TestVarnishOptions): Promise<TestVarnish> {
  const program = await findVarnishProgram();
  const folder = await mkdtemp(join("/tmp", "streamgate-test-varnish-"));
  const file = join(folder, "tested.vcl");
  const vcl = options.vcl ?? (await readShippedVcl());
  await writeFile(file, vcl.replace(/\.port = "\d+"/, `.port = "${options.backendPort}"`));
  for (let attempt = 1; ; attempt += 1) {
    const port = await findFreePort();
    try {
      const child = await launch(program, folder, file, port);
      return {
        url: `http://127.0.0.1:${port}`,
        stop: async () => {
          await end(child);
          await rm(folder, { recursive: true, force: true });
        },
      };
    } catch (error) {
      if (attempt < START_ATTEMPTS && /Address already in use/.test(String(error))) continue;
      await rm(folder, { recursive: true, force: true });
      throw error;
    }
  }
}

/**
 * The shell starts the server, waits for its end and removes its folder. A second shell waits for the end of the
 * standard input (the test closed it, or died) and then ends the server.
 */
const SUPERVISOR = `
folder=$1; shift
"$@" </dev/null &
server=$!
exec 3<&0
( read -r order <&3; kill -TERM "$server" ) &
reader=$!
wait "$server"
status=$?
kill "$reader" 2>/dev/null
rm -rf "$folder"
exit "$status"
`;

async function launch(
  program: string,
  folder: string,
  file: string,
  port: number,
): Promise<ChildProcess> {
  const flags = ["-F", "-j", "none", "-n", join(folder, "work"), "-s", "malloc,64M"];
  const words = [program, ...flags, "-f", file, "-a", `127.0.0.1:${port}`];
  const child = spawn("/bin/sh", ["-c", SUPERVISOR, "streamgate-varnish", folder, ...words], {
    cwd: "/",
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString("utf8");
    });
  child.stdin.on("error", () => undefined);
  const deadline = performance.now() + START_PATIENCE_MS;
  while (!(await answers(port))) {
    const hasEnded = child.exitCode !== null || child.signalCode !== null;
    if (hasEnded || performance.now() > deadline) {
      await end(child);
      throw new Error(`Varnish did not start: ${output.trim().split("\n").slice(-8).join(" | ")}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr]) unref(stream);
  return child;
}

/** Whether it answers at all; a purge without keys asks no backend. */
async function answers(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/`, { method: "PURGE" }).then(
    async (response) => {
      await response.arrayBuffer();
      return true;
    },
    () => false,
  );
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.ref();
  const ended = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  child.stdin?.end();
  await ended;
}

function unref(stream: unknown): void {
  (stream as { unref?: () => void }).unref?.();
}
