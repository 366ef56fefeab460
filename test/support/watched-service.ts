import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("./watched-service-process.ts", import.meta.url));

/** A service with an agent, as a process of its own, and visitors. */
export interface WatchedService {
  readonly agentUrl: string;
  /** From now on all visitors get a 500. */
  fail(): Promise<void>;
  mend(): Promise<void>;
  stop(): Promise<void>;
}

export async function startWatchedService(token: string): Promise<WatchedService> {
  const child = fork(PROGRAM, [token], {
    execArgv: ["--conditions=source", "--import", "tsx"],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  const [{ url, agentUrl }] = (await once(child, "message")) as [{ url: string; agentUrl: string }];
  const post = async (path: string): Promise<void> => {
    await (await fetch(`${url}${path}`, { method: "POST" })).text();
  };
  return {
    agentUrl,
    fail: () => post("/fail"),
    mend: () => post("/mend"),
    stop: async () => {
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}
