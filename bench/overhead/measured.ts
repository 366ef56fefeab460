import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Told } from "./cpu-questions.ts";

/** A server that is measured, in a process of its own. */
export interface Measured {
  readonly url: string;
  cpuMs(): Promise<number>;
  stop(): Promise<void>;
}

/** @param program a `*-process.ts` of this folder */
export async function startMeasured(program: string, words: readonly string[]): Promise<Measured> {
  const child = fork(join(import.meta.dirname, program), words, {
    execArgv: ["--import", "tsx"],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const ended = new Promise<never>((_resolve, reject) => {
    child.once("exit", (code) => {
      reject(new Error(`${program} ${words.join(" ")} ended with ${String(code)}`));
    });
  });
  ended.catch(() => undefined);
  const next = (): Promise<Told> =>
    Promise.race([
      new Promise<Told>((resolve) => child.once("message", (told) => resolve(told as Told))),
      ended,
    ]);
  const first = await next();
  if (!("url" in first)) throw new Error(`${program} did not say where it listens`);
  return {
    url: first.url,
    cpuMs: async () => {
      child.send("cpu");
      const told = await next();
      return "cpuMs" in told ? told.cpuMs : Number.NaN;
    },
    stop: async () => {
      const gone = once(child, "exit");
      child.kill("SIGKILL");
      await gone;
    },
  };
}
