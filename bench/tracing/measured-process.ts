import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { ProcessName, Subject } from "./subjects.ts";

/** A process that asks statements, under one tracer after the other. */
export interface MeasuredProcess {
  /** Microseconds of CPU a statement, over so many requests of each of its workers. */
  costOf(subject: Subject, requests: number): Promise<number>;
  stop(): Promise<void>;
}

export async function startProcess(name: ProcessName, url: string): Promise<MeasuredProcess> {
  const child = fork(join(import.meta.dirname, "statements-process.ts"), [name, url], {
    // What is built is measured: tsx names every closure whenever it is made.
    execArgv: ["--import", "tsx", "--expose-gc"],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  await next(child, name);
  return {
    costOf: async (subject, requests) => {
      child.send({ subject, requests });
      return next(child, name);
    },
    stop: async () => {
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    },
  };
}

async function next(child: ChildProcess, name: ProcessName): Promise<number> {
  return new Promise((resolve, reject) => {
    const onExit = (code: number | null): void =>
      reject(new Error(`the process of ${name} ended with ${String(code)}`));
    child.once("exit", onExit);
    child.once("message", (told) => {
      child.off("exit", onExit);
      resolve(Number(told));
    });
  });
}
