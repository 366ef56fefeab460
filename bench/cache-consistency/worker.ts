import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Order, PartReport, ProbeStamp, Tiding } from "./events.ts";
import type { Shape } from "./plan.ts";

/** What a worker is started with. */
export interface WorkerSettings {
  readonly worker: number;
  readonly subjectModule: string;
  readonly redisPort: number;
  readonly sourcePort: number;
  /** The beginning of time in all stamps. */
  readonly originNs: string;
  /** A call that does not settle within this time hangs. */
  readonly patienceMs: number;
}

export interface WorkerListener {
  parts(worker: number, life: number, parts: readonly PartReport[]): void;
  unhandled(worker: number, text: string): void;
  /** The harness itself failed. */
  broken(worker: number, text: string): void;
  /** Nothing more comes of what this life had begun. */
  died(worker: number): void;
}

/** A worker and its lives: it is killed and started again under the same number. */
export class Worker {
  life = 0;
  isUp = false;
  readonly #settings: WorkerSettings;
  readonly #listener: WorkerListener;
  #child: ChildProcess | undefined;
  #orders: number[] = [];

  constructor(settings: WorkerSettings, listener: WorkerListener) {
    this.#settings = settings;
    this.#listener = listener;
  }

  async start(): Promise<void> {
    const life = this.life;
    const { worker } = this.#settings;
    const child = fork(
      join(import.meta.dirname, "worker-process.ts"),
      [JSON.stringify(this.#settings)],
      {
        execArgv: ["--conditions=source", "--import", "tsx"],
        stdio: ["ignore", "inherit", "inherit", "ipc"],
      },
    );
    this.#child = child;
    child.on("error", () => undefined);
    child.on("message", (message) => {
      const tiding = message as Tiding;
      if (tiding.tiding === "parts") this.#listener.parts(worker, life, tiding.parts);
      if (tiding.tiding === "unhandled") this.#listener.unhandled(worker, tiding.text);
      if (tiding.tiding === "broken") this.#listener.broken(worker, tiding.text);
    });
    const ended = once(child, "exit").then(([code]) => {
      throw new Error(`worker ${worker} ended at its start with ${String(code)}`);
    });
    await Promise.race([once(child, "message"), ended]);
    ended.catch(() => undefined);
    this.isUp = true;
  }

  /** Gathers what is ordered in one turn into one message. */
  run(shape: Shape, number: number): void {
    this.#orders.push(number);
    if (this.#orders.length > 1) return;
    setImmediate(() => {
      const order: Order = { order: "run", shape, numbers: this.#orders };
      this.#orders = [];
      if (this.isUp) this.#child?.send(order, () => undefined);
    });
  }

  async probe(
    order: Omit<Extract<Order, { order: "probe" }>, "order">,
  ): Promise<readonly ProbeStamp[]> {
    const child = this.#child;
    if (child === undefined) return [];
    child.send({ order: "probe", ...order });
    for (;;) {
      const [tiding] = (await once(child, "message")) as [Tiding];
      if (tiding.tiding === "probed") return tiding.stamps;
    }
  }

  pause(): void {
    this.#child?.kill("SIGSTOP");
  }

  resume(): void {
    this.#child?.kill("SIGCONT");
  }

  /** Ends it at once, as a crash does. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    this.isUp = false;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
    this.life += 1;
    this.#listener.died(this.#settings.worker);
  }
}
