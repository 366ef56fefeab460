import { fork } from "node:child_process";
import { join } from "node:path";
import type { PlannedRun } from "./plan.ts";
import type { ProgramReport } from "./program-report.ts";

const PROGRAM = join(import.meta.dirname, "program-process.ts");
/** Beyond its length, for a machine that is busy. */
const PATIENCE_SECONDS = 120;

/** Runs one program in a process of its own and gives what it reports. */
export function runProgram(run: PlannedRun, lengthSeconds: number): Promise<ProgramReport> {
  return new Promise((resolve, reject) => {
    const child = fork(PROGRAM, [run.name, String(run.seed), String(lengthSeconds)], {
      execArgv: [...run.flags, "--import", "tsx"],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    let errors = "";
    child.stderr?.on("data", (text) => {
      errors = `${errors}${text}`.slice(-2000);
    });
    const timer = setTimeout(
      () => child.kill("SIGKILL"),
      (lengthSeconds + PATIENCE_SECONDS) * 1000,
    );
    child.once("message", (report: ProgramReport) => resolve(report));
    child.once("exit", (code, signal) => {
      clearTimeout(timer);
      reject(
        new Error(`${run.name} with seed ${run.seed} ended with ${signal ?? code}: ${errors}`),
      );
    });
  });
}

/** Runs many, some at once, each begun a little after the one before. */
export async function runAll<Run, Result>(
  runs: readonly Run[],
  atOnce: number,
  run: (run: Run) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  let next = 0;
  const worker = async (place: number): Promise<void> => {
    await new Promise((resolve) => setTimeout(resolve, place * STAGGER_MS));
    for (let index = next++; index < runs.length; index = next++) {
      const planned = runs[index];
      if (planned !== undefined) results[index] = await run(planned);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, (_, place) => worker(place)));
  return results;
}

const STAGGER_MS = 700;
