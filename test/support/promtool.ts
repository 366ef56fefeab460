import { spawn } from "node:child_process";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { installOnce, mayInstall, onPath } from "./debian-package.ts";

/**
 * promtool: `STREAMGATE_TEST_PROMTOOL`, or from the PATH; as root on Debian it is installed where it is missing.
 *
 * @throws an error of one line that says what to install
 */
export async function findPromtool(): Promise<string> {
  return process.env.STREAMGATE_TEST_PROMTOOL ?? findPrometheusProgram("promtool");
}

/** A program of Debian's package prometheus: `prometheus` or `promtool`. */
export async function findPrometheusProgram(name: "prometheus" | "promtool"): Promise<string> {
  const found = await onPath(name);
  if (found !== undefined) return found;
  if (!(await mayInstall())) throw missing(`${name} is not there`);
  await installOnce("prometheus", ["prometheus"]).catch((cause: unknown) => {
    throw missing("apt-get could not install it", cause);
  });
  const installed = await onPath(name);
  if (installed === undefined) throw missing("apt-get could not install it");
  return installed;
}

/** What `promtool check metrics` says of a text in the Prometheus format; empty where it accepts it. */
export async function checkMetrics(text: string): Promise<string> {
  return checkWith(await findPromtool(), async (stdin) => {
    stdin.end(text);
  });
}

/** The same of a file. */
export async function checkMetricsFile(file: string): Promise<string> {
  return checkWith(await findPromtool(), (stdin) => pipeline(createReadStream(file), stdin));
}

async function checkWith(
  program: string,
  feed: (stdin: NodeJS.WritableStream) => Promise<void>,
): Promise<string> {
  const child = spawn(program, ["check", "metrics"], { stdio: ["pipe", "pipe", "pipe"] });
  let said = "";
  child.stdout.on("data", (part: Buffer) => {
    said += part.toString();
  });
  child.stderr.on("data", (part: Buffer) => {
    said += part.toString();
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
  // What promtool does not want to read any more is told by its exit code.
  await feed(child.stdin).catch(() => undefined);
  const code = await ended;
  return code === 0 ? "" : said || `exit code ${code}`;
}

function missing(happened: string, cause?: unknown): Error {
  return new Error(
    `Tests need promtool of Prometheus and ${happened}: install the package prometheus, or set STREAMGATE_TEST_PROMTOOL to the program.`,
    { cause },
  );
}
