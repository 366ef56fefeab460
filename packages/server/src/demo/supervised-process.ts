import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { demoPartFailed } from "../errors.ts";

/** A program to run beside this process. */
export interface ProgramCall {
  /** What it is to a person: `API`. */
  readonly part: string;
  readonly program: string;
  readonly words: readonly string[];
  readonly environment: NodeJS.ProcessEnv;
  /** Every line of its standard output. */
  readonly onLine: (line: string) => void;
}

export interface SupervisedProcess {
  /** Resolves when it ended well or was stopped, else rejects with its last words. */
  readonly ended: Promise<void>;
  /** SIGTERM, and SIGKILL when that does not help. */
  stop(): Promise<void>;
}

const STOP_PATIENCE_MS = 4_000;
const KEPT_LOG_CHARACTERS = 4_000;

/**
 * A shell stands between this process and the program. It ends the program when its standard input
 * says so, and also when that input ends because this process died, however it died.
 */
const SUPERVISOR = `
exec 3<&0
"$@" </dev/null 3<&- &
child=$!
(
  if read -r order <&3; then
    kill -TERM "$child" 2>/dev/null
  else
    kill -TERM "$child" 2>/dev/null
    sleep 3
    kill -KILL "$child" 2>/dev/null
  fi
) >/dev/null 2>&1 &
watcher=$!
exec 3<&-
wait "$child"
code=$?
kill "$watcher" 2>/dev/null
exit "$code"
`;

/** Starts a program that ends when this process does. */
export function startSupervised(call: ProgramCall): SupervisedProcess {
  const child = spawn(
    "/bin/sh",
    ["-c", SUPERVISOR, "streamgate-demo", call.program, ...call.words],
    { env: call.environment, detached: true, stdio: ["pipe", "pipe", "pipe"] },
  );
  let log = "";
  let isStopping = false;
  child.stdin.on("error", () => undefined);
  child.stderr.on("data", (chunk: Buffer) => {
    log = `${log}${chunk.toString("utf8")}`.slice(-KEPT_LOG_CHARACTERS);
  });
  createInterface({ input: child.stdout }).on("line", call.onLine);
  const ended = new Promise<void>((resolve, reject) => {
    child.once("error", (cause) => reject(demoPartFailed(call.part, log, cause)));
    child.once("close", (code) => {
      if (code === 0 || isStopping) resolve();
      else reject(demoPartFailed(call.part, log, `it ended with exit code ${code}`));
    });
  });
  // Whoever waits for it later still gets the error; meanwhile it must not end this process.
  ended.catch(() => undefined);
  return {
    ended,
    stop: async () => {
      isStopping = true;
      child.stdin.end("term\n");
      const timer = setTimeout(() => killGroup(child), STOP_PATIENCE_MS);
      await ended.catch(() => undefined);
      clearTimeout(timer);
    },
  };
}

/** The shell leads a process group of its own, so nothing else is hit. */
function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It has just ended.
  }
}
