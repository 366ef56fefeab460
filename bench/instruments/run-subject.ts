import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";

/** Whom the bench compares, by the file in `subjects/`. */
export const SUBJECTS = ["streamgate", "prom-client", "opentelemetry"] as const;
export type SubjectName = (typeof SUBJECTS)[number];

/** Room for what a rival leaves to the collector, so that none runs while garbage is counted. */
const YOUNG_GENERATION = ["--min-semi-space-size=64", "--max-semi-space-size=64"];

/** Runs a task of a subject in a process of its own; gives the figures that it printed. */
export async function runSubject(
  subject: SubjectName,
  task: "recording" | "garbage" | "memory" | "scrape",
): Promise<Readonly<Record<string, number>>> {
  // All else is measured with the young generation that a service has.
  const flags = task === "garbage" ? YOUNG_GENERATION : [];
  return JSON.parse(await runProcess([...flags, "--expose-gc"], [subject, task]));
}

/** Writes what a scrape of a subject gives to a file. */
export async function writeScrape(subject: SubjectName, file: string): Promise<void> {
  await runProcess([], [subject, "text", file]);
}

async function runProcess(flags: readonly string[], args: readonly string[]): Promise<string> {
  const program = join(import.meta.dirname, "instruments-process.ts");
  const { stdout } = await promisify(execFile)(process.execPath, [
    ...flags,
    "--import",
    "tsx",
    program,
    ...args,
  ]);
  return stdout;
}
