import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Order, Rush, Served, Setup, Tiding } from "./messages.ts";

/** What a member did in one rush. */
export interface MemberRush {
  readonly loads: number;
  /** Undefined when it died before it had served. */
  readonly served: Served | undefined;
}

/** A process of a herd; when it is killed another one takes its place. */
export class HerdMember {
  readonly #contender: string;
  readonly #unhandled: (text: string) => void;
  #child: ChildProcess | undefined;
  #born: Promise<void> | undefined;

  constructor(contender: string, unhandled: (text: string) => void) {
    this.#contender = contender;
    this.#unhandled = unhandled;
  }

  /** Starts it, unless it runs; resolves once it takes orders. */
  start(): Promise<void> {
    this.#born ??= this.#bear();
    return this.#born;
  }

  async settle(setup: Setup): Promise<void> {
    await this.start();
    await this.#ask({ order: "settle", ...setup }, ({ tiding }) => tiding === "settled");
  }

  /** @param heard called at the beginning of each load and at its end */
  async rush(rush: Rush, heard: (event: "loading" | "loaded") => void): Promise<MemberRush> {
    let loads = 0;
    const last = await this.#ask({ order: "rush", ...rush }, (tiding) => {
      if (!("key" in tiding) || tiding.key !== rush.key) return false;
      if (tiding.tiding === "served") return true;
      if (tiding.tiding === "loading") loads += 1;
      heard(tiding.tiding);
      return false;
    });
    return { loads, served: last?.tiding === "served" ? last : undefined };
  }

  /** Ends it at once, as a crash does. */
  kill(): void {
    this.#child?.kill("SIGKILL");
    this.#child = undefined;
    this.#born = undefined;
  }

  async #bear(): Promise<void> {
    const child = fork(join(import.meta.dirname, "herd-process.ts"), [this.#contender], {
      execArgv: ["--conditions=source", "--import", "tsx"],
    });
    this.#child = child;
    child.on("error", () => undefined);
    child.on("message", (message) => {
      const tiding = message as Tiding;
      if (tiding.tiding === "unhandled") this.#unhandled(tiding.text);
    });
    await once(child, "message");
  }

  /** The tiding that ends the order, or undefined when the process died before. */
  #ask(order: Order, isLast: (tiding: Tiding) => boolean): Promise<Tiding | undefined> {
    const child = this.#child;
    if (child === undefined) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      const end = (last: Tiding | undefined): void => {
        child.off("message", listen).off("exit", died);
        resolve(last);
      };
      const listen = (message: unknown): void => {
        if (isLast(message as Tiding)) end(message as Tiding);
      };
      const died = (): void => end(undefined);
      child.on("message", listen).on("exit", died);
      child.send(order, () => undefined);
    });
  }
}
