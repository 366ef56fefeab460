import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { type ChaosProxy, startChaosProxy } from "../../test/support/chaos-proxy.ts";
import type { Fault } from "./plan.ts";
import { startTraffic, type Traffic } from "./traffic.ts";

export interface ServiceSettings {
  readonly name: string;
  readonly database: string;
  readonly redisPort: number;
}

export interface ServiceReady {
  readonly port: number;
  readonly agentUrl: string;
}

/** What the service is to do from now on. */
export interface ServiceOrder {
  readonly errorShare: number;
  readonly leaksPerSecond: number;
}

const PROGRAM = fileURLToPath(new URL("service-process.ts", import.meta.url));
const HEALTHY: ServiceOrder = { errorShare: 0, leaksPerSecond: 0 };

/** A watched service with its traffic, and proxies before its database and its Redis. */
export class Service {
  readonly name: string;
  readonly agentUrl: string;
  readonly #child: ChildProcess;
  readonly #database: ChaosProxy;
  readonly #redis: ChaosProxy;
  readonly #traffic: Traffic;
  #end: string | undefined;

  private constructor(
    name: string,
    ready: ServiceReady,
    parts: { child: ChildProcess; database: ChaosProxy; redis: ChaosProxy; traffic: Traffic },
  ) {
    this.name = name;
    this.agentUrl = ready.agentUrl;
    this.#child = parts.child;
    this.#database = parts.database;
    this.#redis = parts.redis;
    this.#traffic = parts.traffic;
    this.#child.once("exit", (code, signal) => {
      this.#end = signal ?? `code ${code}`;
    });
  }

  static async start(
    name: string,
    requestsPerSecond: number,
    behind: { readonly databaseUrl: string; readonly redisPort: number },
  ): Promise<Service> {
    const database = await startChaosProxy(Number(new URL(behind.databaseUrl).port));
    const redis = await startChaosProxy(behind.redisPort);
    const url = new URL(behind.databaseUrl);
    url.port = String(database.port);
    const settings: ServiceSettings = { name, database: url.href, redisPort: redis.port };
    const child = fork(PROGRAM, [JSON.stringify(settings)], { execArgv: ["--import", "tsx"] });
    const [ready] = (await Promise.race([
      once(child, "message"),
      once(child, "exit").then(() => Promise.reject(new Error(`${name} did not start`))),
    ])) as [ServiceReady];
    const traffic = startTraffic(ready.port, requestsPerSecond);
    return new Service(name, ready, { child, database, redis, traffic });
  }

  get requests(): Traffic["counts"] {
    return this.#traffic.counts;
  }

  async inject(fault: Fault): Promise<void> {
    switch (fault.kind) {
      case "errors":
        this.#order({ ...HEALTHY, errorShare: fault.share });
        return;
      case "handle-leak":
        this.#order({ ...HEALTHY, leaksPerSecond: fault.perSecond });
        return;
      case "slow-database":
        this.#database.delay(fault.delayMs);
        return;
      case "dead-redis":
        await this.#redis.refuse();
    }
  }

  end(fault: Fault): void {
    if (fault.kind === "slow-database") this.#database.pass();
    else if (fault.kind === "dead-redis") this.#redis.pass();
    else this.#order(HEALTHY);
  }

  async stop(): Promise<void> {
    this.#traffic.stop();
    this.#child.kill("SIGKILL");
    await Promise.all([this.#database.stop(), this.#redis.stop()]);
  }

  #order(order: ServiceOrder): void {
    if (this.#end !== undefined)
      throw new Error(`the service ${this.name} has ended with ${this.#end}`);
    this.#child.send(order);
  }
}
