import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

export interface MonitorSettings {
  readonly name: string;
  readonly database: string;
  readonly targets: readonly string[];
  readonly sinkUrl: string;
  readonly secret: string;
}

const PROGRAM = fileURLToPath(new URL("monitor-process.ts", import.meta.url));

/** One instance of the monitor as a process that can be killed and started again. */
export class MonitorInstance {
  readonly #settings: MonitorSettings;
  #child: ChildProcess | undefined;
  #isLeading = false;

  constructor(settings: MonitorSettings) {
    this.#settings = settings;
  }

  get isLeading(): boolean {
    return this.#isLeading;
  }

  async start(): Promise<void> {
    const child = fork(PROGRAM, [JSON.stringify(this.#settings)], {
      execArgv: ["--import", "tsx"],
    });
    this.#child = child;
    await Promise.race([
      once(child, "message"),
      once(child, "exit").then(() => Promise.reject(new Error("a monitor did not start"))),
    ]);
    child.on("message", (message) => {
      this.#isLeading = (message as { readonly isLeading?: boolean }).isLeading === true;
    });
  }

  /** As the kernel does when memory is full: without a word. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    this.#child = undefined;
    this.#isLeading = false;
    child.kill("SIGKILL");
    await once(child, "exit");
  }
}
