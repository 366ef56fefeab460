import { connect, createServer, type Server, type Socket } from "node:net";

/** A TCP proxy on a free port of the loopback address that misbehaves on demand. */
export interface ChaosProxy {
  readonly port: number;
  /** Present connections. */
  readonly connections: number;
  /** Hands everything on at once; what was held by `stall` or `delay` goes first. */
  pass(): void;
  /** Hands everything on, each piece `ms` later, in both directions. */
  delay(ms: number): void;
  /** Holds everything both ways until another mode is chosen: a partition that TCP survives. */
  stall(): void;
  /**
   * Accepts connections and swallows all bytes both ways, on present connections too. A connection that
   * lost bytes stays silent in that direction for ever, as TCP never continues after a hole.
   */
  blackhole(): void;
  /** Swallows what goes to the server (`server`) or what comes back (`client`), as `blackhole` does. */
  drop(direction: "server" | "client"): void;
  /** Resets present connections and refuses new ones, until another mode is chosen. */
  refuse(): Promise<void>;
  /** Resets all present connections; new ones are made as the mode says. */
  cut(): void;
  /** New connections go to this port; with `cut` it makes a failover. */
  retarget(port: number): void;
  stop(): Promise<void>;
}

type Direction = "server" | "client";

/** What happens to bytes now. */
interface Weather {
  readonly dropped: readonly Direction[];
  /** Infinity holds them. */
  readonly delayMs: number;
}

const FAIR: Weather = { dropped: [], delayMs: 0 };

/** Starts a proxy in front of whatever listens on `targetPort` of the loopback address. */
export async function startChaosProxy(targetPort: number): Promise<ChaosProxy> {
  const proxy = new TcpProxy(targetPort);
  await proxy.listen();
  return proxy;
}

class TcpProxy implements ChaosProxy {
  port = 0;
  #weather: Weather = FAIR;
  #targetPort: number;
  #server: Server | undefined;
  #listening: Promise<void> = Promise.resolve();
  readonly #links = new Set<Link>();

  constructor(targetPort: number) {
    this.#targetPort = targetPort;
  }

  get connections(): number {
    return this.#links.size;
  }

  pass(): void {
    this.#become(FAIR);
  }

  delay(ms: number): void {
    this.#become({ dropped: [], delayMs: ms });
  }

  stall(): void {
    this.#become({ dropped: [], delayMs: Number.POSITIVE_INFINITY });
  }

  blackhole(): void {
    this.#become({ dropped: ["server", "client"], delayMs: 0 });
  }

  drop(direction: Direction): void {
    this.#become({ dropped: [direction], delayMs: 0 });
  }

  async refuse(): Promise<void> {
    await this.#listening;
    const server = this.#server;
    this.#server = undefined;
    const closed = new Promise<void>((resolve) => {
      if (server) server.close(() => resolve());
      else resolve();
    });
    this.cut();
    await closed;
  }

  cut(): void {
    for (const link of this.#links) link.reset();
    this.#links.clear();
  }

  retarget(port: number): void {
    this.#targetPort = port;
  }

  async stop(): Promise<void> {
    await this.refuse();
  }

  listen(): Promise<void> {
    const server = createServer((client) => this.#accept(client));
    this.#server = server;
    this.#listening = new Promise((resolve, reject) => {
      server.once("error", reject);
      server.listen(this.port, "127.0.0.1", () => {
        const address = server.address();
        if (address !== null && typeof address === "object") this.port = address.port;
        resolve();
      });
    });
    return this.#listening;
  }

  #become(weather: Weather): void {
    this.#weather = weather;
    if (this.#server === undefined) this.listen().catch(() => undefined);
    for (const link of this.#links) link.flush();
  }

  #accept(client: Socket): void {
    const server = connect(this.#targetPort, "127.0.0.1");
    const link = new Link(client, server, () => this.#weather);
    this.#links.add(link);
    client.once("close", () => this.#links.delete(link));
  }
}

/** One connection through the proxy. */
class Link {
  readonly #client: Socket;
  readonly #server: Socket;
  readonly #lanes: readonly Lane[];

  constructor(client: Socket, server: Socket, weather: () => Weather) {
    this.#client = client;
    this.#server = server;
    const toServer = new Lane(server, "server", weather);
    const toClient = new Lane(client, "client", weather);
    this.#lanes = [toServer, toClient];
    client.on("data", (bytes) => toServer.add(bytes));
    server.on("data", (bytes) => toClient.add(bytes));
    for (const socket of [client, server]) {
      socket.setNoDelay(true);
      socket.on("error", () => this.#end()).on("close", () => this.#end());
    }
  }

  reset(): void {
    this.#client.resetAndDestroy();
    this.#server.destroy();
  }

  flush(): void {
    for (const lane of this.#lanes) lane.flush();
  }

  #end(): void {
    this.#client.destroy();
    this.#server.destroy();
  }
}

/** One direction of a connection: bytes leave in the order in which they came. */
class Lane {
  readonly #to: Socket;
  readonly #direction: Direction;
  readonly #weather: () => Weather;
  readonly #held: { readonly bytes: Buffer; readonly cameMs: number }[] = [];
  #timer: NodeJS.Timeout | undefined;
  #hasHole = false;

  constructor(to: Socket, direction: Direction, weather: () => Weather) {
    this.#to = to;
    this.#direction = direction;
    this.#weather = weather;
  }

  add(bytes: Buffer): void {
    this.#held.push({ bytes, cameMs: performance.now() });
    this.flush();
  }

  flush(): void {
    const { dropped, delayMs } = this.#weather();
    if (dropped.includes(this.#direction) && this.#held.length > 0) this.#hasHole = true;
    if (this.#hasHole) this.#held.length = 0;
    clearTimeout(this.#timer);
    for (let first = this.#held[0]; first !== undefined; first = this.#held[0]) {
      const waitMs = first.cameMs + delayMs - performance.now();
      if (waitMs > 0) {
        if (Number.isFinite(waitMs)) this.#timer = setTimeout(() => this.flush(), waitMs);
        return;
      }
      this.#held.shift();
      if (!this.#to.destroyed) this.#to.write(first.bytes);
    }
  }
}
