import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { OURS } from "../cache-stampede/contender.ts";
import type { Order, Tiding } from "./messages.ts";

/** A process of its own that reads through the caches of one contender. */
export class Reader {
  readonly unhandled: string[] = [];
  readonly #child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on("error", () => undefined);
    child.on("message", (message) => {
      const tiding = message as Tiding;
      if (tiding.tiding === "unhandled") this.unhandled.push(tiding.text);
    });
  }

  static async start(contender: string): Promise<Reader> {
    const child = fork(join(import.meta.dirname, "reader-process.ts"), [contender], {
      execArgv: ["--conditions=source", "--import", "tsx"],
      // Rivals print each lost connection.
      stdio: ["ignore", "inherit", contender === OURS ? "inherit" : "ignore", "ipc"],
    });
    const reader = new Reader(child);
    await once(child, "message");
    return reader;
  }

  tell(order: Order): void {
    this.#child.send(order, () => undefined);
  }

  /** Orders, and waits for the answer of this kind. */
  ask<Kind extends Tiding["tiding"]>(
    order: Order,
    kind: Kind,
  ): Promise<Extract<Tiding, { tiding: Kind }>> {
    return new Promise((resolve, reject) => {
      const died = (): void => reject(new Error("the measuring process died"));
      const listen = (message: unknown): void => {
        const tiding = message as Tiding;
        if (tiding.tiding !== kind) return;
        this.#child.off("message", listen).off("exit", died);
        resolve(tiding as Extract<Tiding, { tiding: Kind }>);
      };
      this.#child.on("message", listen).once("exit", died);
      this.tell(order);
    });
  }

  end(): void {
    this.#child.kill("SIGKILL");
  }
}
